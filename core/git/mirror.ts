import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isSystemError } from "../errors/system-error.ts";
import { DamagedMirror } from "./cat-file.ts";
import { openGit, runGit, type ObjectStore } from "./git.ts";
import { gitOutput } from "./reason.ts";
import type { RepositoryUrl } from "./url.ts";

/** Where pins are kept from garbage collection. */
export const pinRef = (revision: string): string => `refs/driftless/pins/${revision}`;

/** Absolute path of the bare mirror of a repository inside the machine cache. */
export function mirrorFolder(cache: string, url: RepositoryUrl): string {
  return join(cache, "git", `${createHash("sha256").update(url.canonical).digest("hex")}.git`);
}

/**
 * Makes the mirror if it is not there. Processes that do so at the same time agree on one: each makes its own aside,
 * and the first to rename it wins. A mirror that somebody left half-made is completed; its objects stay.
 */
export async function ensureMirror(store: ObjectStore): Promise<void> {
  if (await isComplete(store.mirror)) return;
  const made = await makeMirror(store);
  if (await moveInto(made, store.mirror)) return;
  await rm(made, { recursive: true, force: true });
  if (await isComplete(store.mirror)) return;
  if (!(await stat(store.mirror)).isDirectory()) throw new DamagedMirror("a file is where the mirror belongs");
  await initMirror(store);
}

/** Makes an empty mirror beside where it belongs; returns its folder. */
export async function makeMirror(store: ObjectStore): Promise<string> {
  const folder = beside(store.mirror, "new");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await initMirror({ ...store, mirror: folder });
  return folder;
}

/** Puts a new mirror in the place of a damaged one; if another process was faster, its mirror is as good as ours. */
export async function replaceMirror(made: string, mirror: string): Promise<void> {
  const damaged = beside(mirror, "damaged");
  await moveInto(mirror, damaged);
  await moveInto(made, mirror);
  await rm(damaged, { recursive: true, force: true });
}

/** Keeps a commit from garbage collection. */
export async function keepPin(store: ObjectStore, revision: string): Promise<void> {
  await runGit(store, ["update-ref", pinRef(revision), revision], undefined, 1 << 20).catch((error: unknown) => {
    // Another process is writing the same pin: it has one value only, so it does not matter who does.
    if (!/cannot lock ref/.test(gitOutput(error))) throw error;
  });
}

/** The mirror's own configuration is never more than what `git init` writes: no remote, no address. */
async function initMirror(store: ObjectStore): Promise<void> {
  await openGit(store).raw([
    "init",
    "--bare",
    "--quiet",
    "--template=",
    "--object-format=sha1",
    "--initial-branch=driftless",
  ]);
}

async function isComplete(mirror: string): Promise<boolean> {
  const parts = ["HEAD", "config", "objects", "refs"].map((part) => stat(join(mirror, part)));
  return (await Promise.allSettled(parts)).every((result) => result.status === "fulfilled");
}

/** Renames a folder; false if the source is gone or the target is there. */
async function moveInto(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR")) return false;
    throw error;
  }
}

function beside(mirror: string, what: string): string {
  return join(dirname(mirror), `.${what}-${randomUUID()}`);
}
