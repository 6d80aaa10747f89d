import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withEntry, withLift, type Decision } from "../../core/blocked/edit.ts";
import { blockListFile, readBlockList } from "../../core/blocked/list.ts";
import type { BlockedEntry } from "../../core/blocked/schema.ts";
import { replaceFile } from "../../core/environment/replace-file.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { currentActor } from "../history/draft.ts";
import type { Session } from "../session.ts";

/** Puts an entry on the block list of the project. @throws CONFIG_INVALID and everything that is wrong with the list */
export async function addBlock(project: string, entry: BlockedEntry): Promise<void> {
  await readBlockList(project);
  await write(project, withEntry(await read(project), entry));
}

/** Lets something back into an environment. @throws BLOCK_NOT_FOUND, CONFIG_INVALID */
export async function liftBlock(
  project: string,
  lift: Decision & { readonly environment: string; readonly what: string },
): Promise<void> {
  const list = await readBlockList(project);
  await write(project, withLift(await read(project), list, lift));
}

/** Who decides something now, for the list. */
export async function decision(session: Session, reason: string): Promise<Decision> {
  const { name } = await currentActor(session);
  return { reason, by: name, at: session.io.now().toISOString() };
}

function read(project: string): Promise<string | undefined> {
  return readFile(join(project, blockListFile), "utf8").catch(ignore("ENOENT"));
}

async function write(project: string, text: string): Promise<void> {
  const path = join(project, blockListFile);
  if ((await read(project)) === undefined) await writeFile(path, text, { flag: "wx" });
  else await replaceFile(path, text);
}
