import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { joinInside } from "./path.ts";

/** Another repository at a commit, which kustomizations may name. */
export interface RemoteBase {
  /** Its address, as the environment document has it. */
  readonly repo: string;
  /** The full commit id. */
  readonly revision: string;
}

/** A remote base and the folder at which a tree holds it. */
export interface MountedBase extends RemoteBase {
  readonly folder: string;
}

/** Folder of a tree that holds remote bases. No commit is likely to have it, and it is hidden if one does. */
const remoteFolder = ".driftless-remote";

/** Where a tree holds a base: its address without scheme and user, and enough of the commit id to know it by. */
export function mountOf(base: RemoteBase): MountedBase {
  const address = plainAddress(base.repo).replace(/[^A-Za-z0-9._/-]/g, "_");
  return { ...base, folder: `${remoteFolder}/${address}@${base.revision.slice(0, 12)}` };
}

/**
 * The folder that a remote reference of a kustomization leads to. The same commit is the same content whichever way it is
 * fetched, so only host, path and `ref` have to be those of a base.
 * @param written As Kustomize takes it: `https://host/owner/repo//folder?ref=<commit>`, `git@host:owner/repo//folder?ref=…`.
 * @throws REMOTE_BASE_DENIED if no base has that repository at that commit; PATH_ESCAPE.
 */
export function resolveRemote(written: string, bases: readonly MountedBase[]): string {
  const [locator = "", query = ""] = written.split("?", 2);
  const address = plainAddress(locator);
  const listed = bases.filter(({ repo }) => restBehind(address, plainAddress(repo)) !== undefined);
  const parameters = new URLSearchParams(query);
  const ref = parameters.get("ref") ?? parameters.get("version") ?? "";
  const base = listed.find(({ revision }) => revision === ref);
  if (base === undefined) throw denied(written, listed);
  const rest = restBehind(address, plainAddress(base.repo)) ?? "";
  return joinInside(base.folder, rest === "" ? "." : rest);
}

/** `host/path` of an address: no scheme, no user, no `.git` and no slash at its end. */
function plainAddress(address: string): string {
  const bare = address.replace(/^git::/i, "").replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const [, host = "", path = ""] = /^(?:[^@/:]*@)?([^/:]+(?::\d+(?=\/))?)[/:](.*)$/.exec(bare) ?? [];
  return `${host.toLowerCase()}/${path
    .replace(/^\/+/, "")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "")}`;
}

/** What follows a repository in an address, without slashes around it; undefined if it is about another. */
function restBehind(address: string, repo: string): string | undefined {
  if (!address.startsWith(repo)) return undefined;
  const rest = address.slice(repo.length).replace(/^\.git(?=\/|$)/, "");
  return rest === "" || rest.startsWith("/") ? rest.replace(/^\/+/, "") : undefined;
}

function denied(written: string, listed: readonly MountedBase[]): Error {
  const [known] = listed;
  if (known === undefined) {
    return failure(
      "REMOTE_BASE_DENIED",
      `${quote(written)} is outside the pinned commit, so it could change without review.`,
      "Copy it into the config repository and name it by its path there, or list its repository and commit in source.remoteBases.",
    );
  }
  const revisions = listed.map(({ revision }) => revision).join(", ");
  return failure(
    "REMOTE_BASE_DENIED",
    `${quote(written)} does not name the commit at which source.remoteBases lists ${quote(known.repo)}: ${revisions}.`,
    `Write ?ref=${known.revision} behind it, or list the commit that it names, by its full id.`,
  );
}
