import { environmentsFolder, readDocument } from "../environment/file.ts";
import { positionOf } from "../environment/node.ts";
import { locate } from "../environment/problem.ts";
import { validate } from "../environment/validate.ts";
import { throwErrors } from "../errors/error.ts";
import type { Place } from "../errors/finding.ts";
import { blockListSchema, type BlockedEntry } from "./schema.ts";

/** The block list, relative to the project. */
export const blockListFile = `${environmentsFolder}/_blocked.yaml`;

/** An entry of the list, and where it stands. */
export interface PlacedEntry {
  readonly entry: BlockedEntry;
  readonly place: Place;
}

/**
 * The entries of a project's block list; none if there is no file. What cannot be read is an error: it would let everything in.
 * @param project Absolute path of the project.
 * @throws everything that is wrong with the file at once
 */
export async function readBlockList(project: string): Promise<readonly PlacedEntry[]> {
  const document = await readDocument(project, blockListFile);
  if (document === undefined) return [];
  throwErrors(document.findings);
  const { root } = document;
  if (root === undefined) return [];
  const { value, problems } = validate(root, { schema: blockListSchema, environment: "<env>" });
  throwErrors(problems.map((problem) => locate(root, problem)));
  return (value?.blocked ?? []).map((entry, at) => ({ entry, place: positionOf(root, ["blocked", at]) }));
}
