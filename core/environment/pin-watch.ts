import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DriftlessError, failure } from "../errors/error.ts";
import { isSystemError } from "../errors/system-error.ts";
import { environmentFile } from "./file.ts";
import { loadEnvironment } from "./load.ts";

/** Milliseconds between two looks at the document. */
const intervalMs = 1_000;

/**
 * A signal that aborts with SUPERSEDED once the document pins another commit than `revision`: nobody needs to wait for
 * the old one any more. A document that is being edited and makes no sense for the moment is left alone. The watch does
 * not keep the process alive, and ends with it.
 * @param project Absolute path of the project.
 */
export function watchPin(project: string, environment: string, revision: string): AbortSignal {
  const controller = new AbortController();
  const path = join(project, environmentFile(environment));
  let seen = "";
  const look = async (): Promise<void> => {
    const now = await versionOf(path);
    if (now === undefined || now === seen) return;
    seen = now;
    const pinned = await pinOf(project, environment);
    if (pinned === undefined || pinned === revision) return;
    clearInterval(timer);
    controller.abort(superseded(environment, revision, pinned));
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => controller.abort(error));
  }, intervalMs).unref();
  return controller.signal;
}

/** SUPERSEDED for a run that waits for a commit that is no longer wanted. */
export function superseded(environment: string, revision: string, pinned: string): DriftlessError {
  const [from, to] = [revision.slice(0, 7), pinned.slice(0, 7)];
  return failure(
    "SUPERSEDED",
    `The pin of ${environment} moved to ${to} while this run waited for the health of ${from}.`,
    `Run \`driftless up ${environment}\`, which goes on to the new pin.`,
  );
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return [mtimeMs, size, ino].join();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function pinOf(project: string, environment: string): Promise<string | undefined> {
  try {
    return (await loadEnvironment(project, environment)).spec.source.revision;
  } catch (error) {
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}
