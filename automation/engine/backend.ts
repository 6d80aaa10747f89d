import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProjectSettings } from "./settings.ts";

/** Where the state of a project is kept. */
export interface Backend {
  /** For PULUMI_BACKEND_URL. */
  readonly url: string;
  /** The folder of a backend of files; absent for every other kind. */
  readonly folder?: string;
  /** True for the folder inside the project, which nobody else uses. */
  readonly own: boolean;
}

const ownFolder = join(".driftless", "state");

/**
 * The backend of a project: PULUMI_BACKEND_URL, else `backend.url` of Pulumi.yaml, else `.driftless/state` in the project.
 * Backends of files are told to keep no side files: the engine writes those in place, and a run that is killed meanwhile
 * would leave one that stops every later command.
 */
export function resolveBackend(
  project: string,
  settings: ProjectSettings,
  env: Readonly<Record<string, string | undefined>>,
): Backend {
  const wanted = env["PULUMI_BACKEND_URL"] || settings.backend || `file://${ownFolder}`;
  if (!wanted.startsWith("file://")) return { url: wanted, own: false };
  const [path = "", query = ""] = wanted.slice("file://".length).split("?", 2);
  const folder = filePath(path, project, env["HOME"] ?? homedir());
  const options = new URLSearchParams(query);
  if (!options.has("metadata")) options.set("metadata", "skip");
  return {
    url: `file://${folder}?${options.toString()}`,
    folder,
    own: resolve(folder) === resolve(project, ownFolder),
  };
}

/** Makes the folder of the project's own backend, for its owner only. */
export async function prepareBackend(backend: Backend): Promise<void> {
  if (backend.own && backend.folder !== undefined) await mkdir(backend.folder, { recursive: true, mode: 0o700 });
}

/** The engine's notation: `~` is the home folder; a relative path is relative to where it runs, which is the project. */
function filePath(path: string, project: string, home: string): string {
  const decoded = isAbsolute(path) ? fileURLToPath(`file://${path}`) : decodeURIComponent(path);
  if (decoded === "~" || decoded === "") return home;
  return decoded.startsWith("~/") ? join(home, decoded.slice(2)) : resolve(project, decoded);
}
