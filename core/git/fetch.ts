import { DamagedMirror } from "./cat-file.ts";
import { openGit, type ObjectStore } from "./git.ts";
import { gitOutput, remoteFailure } from "./reason.ts";
import type { RepositoryUrl } from "./url.ts";
import { userSettings } from "./user-settings.ts";

const fetchOptions = [
  "--progress",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-recurse-submodules",
  "--no-show-forced-updates",
] as const;

const everything = [
  "+refs/heads/*:refs/driftless/remote/heads/*",
  "+refs/tags/*:refs/driftless/remote/tags/*",
] as const;

/** What a server answers that does not have a commit, or does not hand one out by its id. */
const notServed = /not our ref|unadvertised object|remote ref .* not found|couldn't find remote ref/i;
/** What git says of its own copy; what the other side says has "remote:" in front. */
const damagedHere =
  /^(fatal|error): (bad object|packfile |not a git repository:|.*(loose object|not point to a valid object|missing necessary objects))/m;

/**
 * Brings one commit into the mirror, with its history: by its id, or through all branches and tags where the server does
 * not hand out commits by id. Returns without an error if the server was asked and does not have it.
 * @throws GIT_UNREACHABLE and its like; {DamagedMirror} if the mirror itself is in the way.
 */
export async function fetchCommit(store: ObjectStore, url: RepositoryUrl, revision: string): Promise<void> {
  const fetch = await remote(store, url, ["fetch", ...fetchOptions]);
  try {
    await fetch([revision]);
  } catch (error) {
    if (!notServed.test(gitOutput(error))) throw failed(store, url, error);
    // Another process that fetches all branches too may hold a lock; what it fetched is then there the second time.
    const all = (): Promise<string> => fetch(everything);
    await all().catch((first: unknown) => {
      if (!/cannot lock ref/.test(gitOutput(first))) throw failed(store, url, first);
      return all().catch((second: unknown) => Promise.reject(failed(store, url, second)));
    });
  }
}

/** The branches of a repository and the commits that they are at. */
export async function listBranches(store: ObjectStore, url: RepositoryUrl): Promise<ReadonlyMap<string, string>> {
  const list = await remote(store, url, ["ls-remote"]);
  const output = await list(["refs/heads/*"]).catch((error: unknown) => Promise.reject(failed(store, url, error)));
  const lines = output.split("\n").map((line) => /^([0-9a-f]+)\trefs\/heads\/(.+)$/.exec(line));
  return new Map(lines.flatMap((match) => (match?.[1] && match[2] ? [[match[2], match[1]]] : [])));
}

/** A git command that talks to the repository: its arguments come after the address, where nothing is an option. */
async function remote(
  store: ObjectStore,
  url: RepositoryUrl,
  command: readonly string[],
): Promise<(args: readonly string[]) => Promise<string>> {
  const user = url.kind === "local" ? [] : await userSettings(store.env, store.signal);
  return (args) => openGit(store, url.kind, user).raw([...command, "--", url.address, ...args]);
}

function failed(store: ObjectStore, url: RepositoryUrl, error: unknown): Error {
  return damagedHere.test(gitOutput(error))
    ? new DamagedMirror("the mirror cannot take a fetch", { cause: error })
    : remoteFailure(url, error, store.signal);
}
