import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isScalar, parseDocument } from "yaml";
import { DriftlessError, failure } from "../errors/error.ts";
import { environmentFile, readDocument } from "./file.ts";
import { formats } from "./formats.ts";
import { environmentNotFound } from "./list.ts";
import { nodeAt } from "./node.ts";
import { replaceFile } from "./replace-file.ts";
import { readYaml } from "./yaml.ts";

/** What `writeRevision` did. */
export interface Pinned {
  /** The revision that the document held; whatever text stood there. */
  readonly before: string;
  readonly after: string;
  /** The document, relative to the project. */
  readonly file: string;
}

/**
 * The text of a document with `source.revision` rewritten, and every other byte as it was: comments, quotes, line ends.
 * @param revision A full commit id.
 * @param file Name of the document in errors.
 * @throws REVISION_INVALID for anything but a full commit id; CONFIG_INVALID where the document itself holds no revision.
 */
export function setRevision(text: string, revision: string, file = "the document"): string {
  return rewrite(text, revision, file).text;
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
  const { before, text: rewritten } = rewrite(text, revision, file);
  if (before !== revision) await replaceFile(path, rewritten);
  return { before, after: revision, file };
}

function rewrite(text: string, revision: string, file: string): { readonly before: string; readonly text: string } {
  if (!formats.revision.pattern.test(revision)) {
    throw failure("REVISION_INVALID", "A pin is a full commit id of 40 lower-case hex digits.", "Give the full id.");
  }
  refuseFindings(text, file);
  const [start, end] = findRevision(text, file);
  const rewritten = text.slice(0, start) + revision + text.slice(end);
  const { root } = readYaml(rewritten, file);
  const written = root === undefined ? undefined : nodeAt(root, ["source", "revision"]);
  if (written?.kind !== "scalar" || written.value !== revision) throw unpinnable(file);
  return { before: text.slice(start, end), text: rewritten };
}

/** Start and end of the revision in the text, quotes not included. */
function findRevision(text: string, file: string): readonly [start: number, end: number] {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const document = parseDocument(text.slice(mark), { schema: "core", uniqueKeys: false });
  const source: unknown = document.get("source", true);
  const scalar: unknown = isMap(source) ? source.get("revision", true) : undefined;
  if (!isScalar(scalar) || !scalar.range || scalar.range[0] === scalar.range[1]) throw unpinnable(file);
  const quotes = scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE" ? 1 : 0;
  if (quotes === 0 && scalar.type !== "PLAIN") throw unpinnable(file);
  return [scalar.range[0] + mark + quotes, scalar.range[1] + mark - quotes];
}

function refuseFindings(text: string, file: string): void {
  const [first, ...rest] = readYaml(text, file).findings;
  if (first !== undefined) throw new DriftlessError([first, ...rest]);
}

function unpinnable(file: string): DriftlessError {
  return failure(
    "CONFIG_INVALID",
    "The document holds no revision of its own that could be rewritten.",
    `Write \`revision: ""\` under \`source\` in ${file} (not only in _base.yaml) and pin again.`,
    { place: { file, field: "source.revision" } },
  );
}
