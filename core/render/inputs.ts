import { nearest } from "../errors/nearest.ts";
import { DriftlessError, failure, throwErrors } from "../errors/error.ts";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import type { ExportedFile } from "../git/export.ts";
import { isLfsPointer } from "../git/lfs.ts";
import { resolveLinks } from "../git/links.ts";
import { folderOf } from "../git/path.ts";
import type { SourceTree, TreeEntry } from "../git/tree.ts";
import { fileLimits } from "../manifest/limits.ts";
import { readYaml } from "../manifest/yaml.ts";
import type { RenderInput } from "./renderer.ts";

/**
 * Text of files, by the path at which a renderer sees them.
 * @throws YAML_LIMIT, LFS_UNSUPPORTED, YAML_SYNTAX (not UTF-8): all of them at once.
 */
export async function readTexts(
  tree: SourceTree,
  files: readonly ExportedFile[],
): Promise<ReadonlyMap<string, string>> {
  throwErrors(files.filter(({ from }) => from.size > fileLimits.bytes).map(({ path }) => tooLarge(path)));
  const contents = await tree.read([...new Set(files.map(({ from }) => from.path))]);
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  for (const { path, from } of files) {
    const content = contents.get(from.path);
    if (content === undefined) throw new Error(`${from.path} was not read`);
    const text = isLfsPointer(content) ? lfsPointer(path) : decode(content, path);
    if (typeof text === "string") texts.set(path, text);
    else findings.push(text);
  }
  throwErrors(findings);
  return texts;
}

/**
 * Texts of the inputs that a tool is going to parse, after they were parsed here: the tools have no limits of their own.
 * @throws YAML_SYNTAX, YAML_DUPLICATE_KEY, YAML_LIMIT and what `readTexts` throws.
 */
export async function readCheckedTexts(
  tree: SourceTree,
  inputs: readonly RenderInput[],
): Promise<ReadonlyMap<string, string>> {
  const yaml = inputs.filter((input) => input.yaml);
  const texts = await readTexts(tree, yaml);
  const findings = [...texts].flatMap(([file, text]) => [...readYaml(text, file)].flatMap((read) => read.findings));
  throwErrors(findings.filter((finding) => !isTolerated(finding)));
  return texts;
}

/**
 * Numbers out of range are left to the check of what is rendered: a patch or a template may replace them. And nobody can
 * mend a key that is there twice in somebody else's chart; Helm takes the last.
 */
function isTolerated({ code, place }: Finding): boolean {
  return code === "SCHEMA_INVALID" || (code === "YAML_DUPLICATE_KEY" && /(^|\/)charts\//.test(place?.file ?? ""));
}

/** Runs `action`; errors for a user become findings, placed at `place` unless they know a better one. */
export async function collect<T>(
  findings: Finding[],
  place: Place,
  action: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    findings.push(...error.findings.map((finding) => ({ ...finding, place: finding.place ?? place })));
    return undefined;
  }
}

/**
 * The file or folder that a path leads to.
 * @throws PATH_NOT_FOUND without a place, so that it is placed where the path is written; what `resolveLinks` throws.
 */
export async function resolveWritten(tree: SourceTree, path: string): Promise<TreeEntry> {
  try {
    return await resolveLinks(tree, path);
  } catch (error) {
    if (!(error instanceof DriftlessError) || error.code !== "PATH_NOT_FOUND") throw error;
    const meant = nearest(
      path,
      tree.list(folderOf(path)).map((entry) => entry.path),
    );
    const fix = meant === undefined ? "Add it, or correct the path." : `Did you mean ${quote(meant)}?`;
    throw failure("PATH_NOT_FOUND", `The commit has no ${quote(path)}.`, fix, { cause: error });
  }
}

/** @throws INTERRUPTED if the run was stopped. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw failure("INTERRUPTED", "Rendering was stopped.", "Start it again.");
}

function tooLarge(file: string): Finding {
  const message = `The file is larger than ${fileLimits.bytes / 1024 ** 2} MiB.`;
  return errorFinding("YAML_LIMIT", message, "Split it into smaller files.", { file });
}

function lfsPointer(file: string): Finding {
  const message = "The file is a Git LFS pointer: its content is not in the commit.";
  return errorFinding("LFS_UNSUPPORTED", message, "Commit the file itself.", { file });
}

function decode(content: Buffer, file: string): string | Finding {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    // TextDecoder knows one failure: bytes that are not UTF-8.
    return errorFinding("YAML_SYNTAX", "The file is not UTF-8 text.", "Save it as UTF-8.", { file });
  }
}
