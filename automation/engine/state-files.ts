import { copyFile, mkdir, readFile, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { failure, type DriftlessError } from "../../core/errors/error.ts";
import { ignore, isSystemError } from "../../core/errors/system-error.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { StateExport } from "./types.ts";

/** Where a backend of files keeps one stack. */
export interface StateFiles {
  /** Folder with the state, its previous version and temporary files. */
  readonly folder: string;
  readonly stack: string;
  readonly locks: string;
  /** Our own copies, newest last. */
  readonly backups: string;
  /** True for the folder of the project itself; any other was named by somebody. */
  readonly own: boolean;
}

const packings: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  ".json": (bytes) => bytes,
  ".json.gz": (bytes) => gunzipSync(bytes),
  ".json.zst": (bytes) => zstdDecompressSync(bytes),
};
const kept = 5;

const checkpointSchema = z.looseObject({
  version: z.number(),
  checkpoint: z.looseObject({ latest: z.custom<JsonObject>(isObject).nullish() }),
});

/** Paths of a stack in the backend folder and in the project. */
export function stateFiles(backend: string, project: string, projectName: string, stack: string): StateFiles {
  const root = join(backend, ".pulumi");
  return {
    folder: join(root, "stacks", projectName),
    stack,
    locks: join(root, "locks", "organization", projectName, stack),
    backups: join(project, ".driftless", "backups", stack),
    own: resolve(backend) === resolve(project, ".driftless", "state"),
  };
}

/** The file that holds the state now, undefined if there is none. */
export async function stateFile(files: StateFiles): Promise<string | undefined> {
  const names = await list(files.folder);
  const name = Object.keys(packings)
    .map((extension) => `${files.stack}${extension}`)
    .find((candidate) => names.includes(candidate));
  return name === undefined ? undefined : join(files.folder, name);
}

/**
 * Reads the state; undefined if there is none and there never was one. Throws STATE_CORRUPT, with the newest good backup,
 * for one that cannot be read or is missing: to start from nothing would create everything again.
 */
export async function readState(files: StateFiles): Promise<StateExport | undefined> {
  const file = await stateFile(files);
  if (file === undefined) {
    const [newest] = await goodBackups(files);
    if (newest === undefined) return undefined;
    throw missing(files, newest);
  }
  try {
    const { version, checkpoint } = checkpointSchema.parse(await readPacked(file));
    return { version, deployment: checkpoint.latest ?? {} };
  } catch (cause) {
    if (isSystemError(cause, "EACCES")) {
      throw failure("STATE_UNAVAILABLE", "The state cannot be read.", "Check the permissions of its folder.", {
        cause,
      });
    }
    throw await corrupt(files, basename(file), cause);
  }
}

/** Keeps a copy of the state as it is, the last five. Unchanged states are not copied again. */
export async function backUp(files: StateFiles): Promise<void> {
  const file = await stateFile(files);
  if (file === undefined) return;
  await mkdir(files.backups, { recursive: true, mode: 0o700 });
  const { mtime } = await stat(file);
  const name = `${mtime.toISOString().replaceAll(":", "-")}${basename(file).slice(files.stack.length)}`;
  const names = await list(files.backups);
  if (!names.includes(name)) await copyFile(file, join(files.backups, name));
  const old = [...names.filter((other) => other !== name), name].sort().slice(0, -kept);
  await Promise.all(old.map((other) => rm(join(files.backups, other), { force: true })));
}

/**
 * Removes what a killed engine leaves beside the state: side files cut short, which would stop every later command
 * although nobody needs them, and temporary files. The latter only while no engine is at work.
 */
export async function removeDebris(files: StateFiles, kinds: "side files" | "all" = "all"): Promise<void> {
  const names = (await list(files.folder)).filter((name) => name.startsWith(`${files.stack}.json`));
  for (const name of names) {
    const path = join(files.folder, name);
    const broken = name.endsWith(".attrs") && !(await isJson(path));
    if (broken || (kinds === "all" && name.endsWith(".tmp"))) await rm(path, { force: true });
  }
}

/** There is a backup and no state: the state is lost, removed, or in another backend. */
function missing(files: StateFiles, newest: string): DriftlessError {
  const { own, folder, stack, backups } = files;
  const kind = own
    ? "the project's own folder"
    : "a folder that PULUMI_BACKEND_URL or backend.url of Pulumi.yaml names";
  const message = `The environment has been updated before, but the backend (${kind}) holds no state of it: another backend may have been in use, or the state is lost.`;
  const fix = [
    `Set PULUMI_BACKEND_URL to the backend that holds it${own ? "" : ", or unset it for the project's own folder"}.`,
    `If it is lost, copy ${shown(newest)} to ${shown(join(folder, `${stack}${extensionOf(newest)}`))}${own ? "" : " in the backend"}.`,
    `If the environment was removed on purpose, delete ${shown(backups)}.`,
  ];
  return failure("STATE_CORRUPT", message, fix.join(" "));
}

async function corrupt(files: StateFiles, name: string, cause: unknown): Promise<DriftlessError> {
  const [newest] = await goodBackups(files);
  const target = join(files.folder, name);
  const fix =
    newest === undefined
      ? "No backup of it was found: restore the file from a copy of your own."
      : `Restore the newest good backup: copy ${shown(newest)} over ${shown(target)}.`;
  return failure("STATE_CORRUPT", `The state of the environment (${shown(target)}) cannot be read.`, fix, { cause });
}

/** Backups that can be read, newest first: ours and the engine's previous version. */
async function goodBackups(files: StateFiles): Promise<readonly string[]> {
  const ours = [...(await list(files.backups))].sort().reverse();
  const theirs = (await list(files.folder)).filter(
    (name) => name.startsWith(`${files.stack}.json`) && name.endsWith(".bak"),
  );
  const all = [...theirs.map((name) => join(files.folder, name)), ...ours.map((name) => join(files.backups, name))];
  const good: string[] = [];
  for (const path of all) {
    if (await isCheckpoint(path)) good.push(path);
  }
  return good;
}

async function isCheckpoint(path: string): Promise<boolean> {
  try {
    const { checkpoint } = checkpointSchema.parse(await readPacked(path));
    return checkpoint.latest !== undefined && checkpoint.latest !== null;
  } catch {
    // Whatever is wrong with it, it is no backup to restore.
    return false;
  }
}

async function readPacked(path: string): Promise<unknown> {
  const bytes = await readFile(path);
  const unpack = packings[extensionOf(path)] ?? ((packed: Buffer) => packed);
  return JSON.parse(unpack(bytes).toString("utf8"));
}

/** How a state or a copy of it is packed. */
function extensionOf(path: string): string {
  return /\.json(\.gz|\.zst)?(?=\.bak$|$)/.exec(path)?.[0] ?? ".json";
}

async function isJson(path: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(path, "utf8"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

async function list(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(ignore("ENOENT"))) ?? [];
}

/** A path as messages show it: from the folder of the project's state on, never from the root of the machine. */
function shown(path: string): string {
  for (const marker of [".driftless", ".pulumi"]) {
    const at = path.split("/").indexOf(marker);
    if (at !== -1) return path.split("/").slice(at).join("/");
  }
  return join(basename(dirname(path)), basename(path));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
