import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { driftEpisodes, encodeEvents, type DriftEpisode, type DriftEvent } from "../../core/drift/episodes.ts";
import { ignore } from "../../core/errors/system-error.ts";

/** Beyond this the older half goes. */
const mostBytes = 4 << 20;

/** The log of an environment's drift, relative to the project. */
function fileOf(environment: string): string {
  return join(".driftless", "drift", `${environment}.log`);
}

/** Adds to what the project remembers of what began to drift and what ended to. */
export async function logDrift(project: string, environment: string, events: readonly DriftEvent[]): Promise<void> {
  if (events.length === 0) return;
  const path = join(project, fileOf(environment));
  await appendFile(path, encodeEvents(events), { mode: 0o600 });
  if ((await stat(path)).size <= mostBytes) return;
  const text = await readFile(path, "utf8");
  await writeFile(path, text.slice(text.indexOf("\n", text.length / 2) + 1), { mode: 0o600 });
}

/** When objects of an environment had drifted, as far as this project has looked; oldest first. */
export async function readDriftLog(project: string, environment: string): Promise<readonly DriftEpisode[]> {
  const text = await readFile(join(project, fileOf(environment)), "utf8").catch(ignore("ENOENT"));
  return driftEpisodes(text ?? "");
}
