import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { DriftlessError, failure } from "../errors/error.ts";
import { record, sameJson } from "../manifest/json.ts";
import { environmentFile, readDocument } from "./file.ts";
import { formats } from "./formats.ts";
import { environmentNotFound } from "./list.ts";
import { nodeAt, toValue, type MapNode } from "./node.ts";
import { replaceFile } from "./replace-file.ts";
import { revisionEdit } from "./revision-edit.ts";
import { readYaml } from "./yaml.ts";

/** What `writeRevision` did. */
export interface Pinned {
  /** The revision that the document held, whatever text stood there; empty if it held none. */
  readonly before: string;
  readonly after: string;
  /** The document, relative to the project. */
  readonly file: string;
}

/**
 * Rewrites the pin of an environment. The file is replaced in one step and keeps its mode; a crash leaves the old one.
 * @param project Absolute path of the project.
 */
export async function writeRevision(project: string, name: string, revision: string): Promise<Pinned> {
  const file = environmentFile(name);
  // Reads it with all limits first, and finds out whether it is there.
  if ((await readDocument(project, file)) === undefined) throw await environmentNotFound(project, name);
  const path = await realpath(join(project, file));
  const text = await readFile(path, "utf8");
  const { before, text: rewritten } = setRevision(text, revision, file);
  if (before !== revision) await replaceFile(path, rewritten);
  return { before, after: revision, file };
}

/**
 * The text of a document with `source.revision` rewritten, or added where there is none, and every other byte as it was:
 * comments, quotes, line ends.
 * @returns The revision that stood there, and the new text.
 * @param revision A full commit id.
 * @param file Name of the document in errors.
 * @throws REVISION_INVALID for anything but a full commit id; CONFIG_INVALID where the document itself has no place for one.
 */
export function setRevision(
  text: string,
  revision: string,
  file: string,
): { readonly before: string; readonly text: string } {
  if (!formats.revision.pattern.test(revision)) {
    throw failure("REVISION_INVALID", "A pin is a full commit id of 40 lower-case hex digits.", "Give the full id.");
  }
  const old = readClean(text, file);
  const edit = revisionEdit(text, revision);
  if (edit === undefined) throw unpinnable(file);
  const rewritten = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  if (!saysOnly(readYaml(rewritten, file).root, old, revision)) throw unpinnable(file);
  return { before: text.slice(edit.start, edit.end), text: rewritten };
}

/** True if a document says what the old one did, and this revision. */
function saysOnly(root: MapNode | undefined, old: MapNode, revision: string): boolean {
  if (root === undefined || nodeAt(root, ["source", "revision"])?.kind !== "scalar") return false;
  const before = record(toValue(old));
  return sameJson(toValue(root), { ...before, source: { ...record(before["source"]), revision } });
}

function readClean(text: string, file: string): MapNode {
  const { root, findings } = readYaml(text, file);
  const [first, ...rest] = findings;
  if (first !== undefined) throw new DriftlessError([first, ...rest]);
  if (root === undefined) throw unpinnable(file);
  return root;
}

function unpinnable(file: string): DriftlessError {
  return failure(
    "CONFIG_INVALID",
    "The document has no place of its own where a revision could be written.",
    `Write \`source: { revision: "" }\` in ${file} (not only in _base.yaml) with whatever else \`source\` has there, and pin again.`,
    { place: { file, field: "source.revision" } },
  );
}
