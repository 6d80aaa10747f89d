import { readFile, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { parseJson } from "../../core/manifest/parse-json.ts";
import { processIdentity } from "../../toolchain/process/identity.ts";
import type { RunRecord } from "./run-record.ts";

/** What the engine writes into a lock of a backend of files. */
export interface LockHolder {
  readonly pid: number;
  readonly username: string;
  readonly hostname: string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** One lock file. A holder is missing if the file does not say: its writer died, or is about to write. */
export interface Lock {
  readonly file: string;
  readonly holder?: LockHolder;
}

/** Whether the holder of a lock is still at work, as far as this machine can know. */
export type HolderState = "dead" | "alive" | "unknown";

const holderSchema = z.object({
  pid: z.int().positive(),
  username: z.string(),
  hostname: z.string().min(1),
  timestamp: z.iso.datetime({ offset: true }),
});

/** The holder that a lock file names, or undefined for anything else than what the engine writes. */
export function parseLock(text: string): LockHolder | undefined {
  return holderSchema.safeParse(parseJson(text)).data;
}

/** Locks of a stack, from the folder that holds them. */
export async function readLocks(folder: string): Promise<readonly Lock[]> {
  const names = (await readdir(folder).catch(ignore("ENOENT"))) ?? [];
  const locks = await Promise.all(
    names.map(async (name): Promise<Lock | undefined> => {
      const file = join(folder, name);
      const text = await readFile(file, "utf8").catch(ignore("ENOENT"));
      if (text === undefined) return undefined;
      const holder = parseLock(text);
      return holder === undefined ? { file } : { file, holder };
    }),
  );
  return locks.filter((lock) => lock !== undefined);
}

/** Removes locks. Only for holders that are proven dead. */
export async function removeLocks(locks: readonly Lock[]): Promise<void> {
  await Promise.all(locks.map(({ file }) => rm(file, { force: true })));
}

/**
 * A holder is dead if it ran on this host and its process is gone, or if the process with its id is not the one that
 * was noted when it started. Time is no proof: clocks jump.
 */
export async function holderState(
  lock: Lock,
  record: RunRecord | undefined,
  here: { readonly host: string; identity(pid: number): Promise<string | undefined> } = {
    host: hostname(),
    identity: processIdentity,
  },
): Promise<HolderState> {
  const { holder } = lock;
  if (holder === undefined || holder.hostname !== here.host) return "unknown";
  const identity = await here.identity(holder.pid);
  if (identity === undefined) return "dead";
  const noted = record?.engine?.pid === holder.pid ? record.engine.identity : undefined;
  return noted !== undefined && noted !== identity ? "dead" : "alive";
}

/** LOCKED, with who holds the lock and what to do. */
export function lockedBy(lock: Lock, state: HolderState, stack: string): DriftlessError {
  const { holder } = lock;
  const release = `pulumi cancel --yes --stack ${stack}`;
  if (holder === undefined) {
    return failure(
      "LOCKED",
      "The environment is locked by a lock file that does not say by whom.",
      `If no other run is at work on it, release it: ${release}`,
    );
  }
  const who = `${holder.username} on ${holder.hostname} (process ${holder.pid}) since ${holder.timestamp}`;
  return failure(
    "LOCKED",
    `The environment is locked by ${who}.`,
    state === "alive"
      ? "Wait until that run has ended."
      : `Wait until that run has ended; if it is known to be dead, release it: ${release}`,
  );
}
