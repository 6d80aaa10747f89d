import { DriftlessError, failure } from "../errors/error.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { explain, type Explanation } from "./explain.ts";
import { baseFile, environmentFile, readDocument } from "./file.ts";
import { environmentNotFound } from "./list.ts";
import { merge } from "./merge.ts";
import { positionOf, type MapNode, type Path } from "./node.ts";
import { outline } from "./outline.ts";
import { locate } from "./problem.ts";
import { checkReferences } from "./references.ts";
import { resolve } from "./resolve.ts";
import { environmentBaseSchema, environmentSchema } from "./schema/index.ts";
import type { EnvironmentSpec } from "./spec.ts";
import { formatPath } from "./text.ts";
import { validate } from "./validate.ts";
import type { YamlDocument } from "./yaml.ts";

export { listEnvironments } from "./list.ts";

/** An environment that holds together, and where each part of it was written. */
export interface LoadedEnvironment {
  readonly spec: EnvironmentSpec;
  /** Its document, relative to the project. */
  readonly file: string;
  /** Where a field was written, or the nearest thing above it, such as `["applications", "checkout", "path"]`. */
  readonly locate: (path: Path) => Place;
  /**
   * Every value at a path and below it: who set it, and what it overrode. Empty text explains everything.
   * @throws USAGE for a path that does not exist.
   */
  readonly explain: (path: string) => readonly Explanation[];
}

export interface LoadOptions {
  /**
   * Reads the document as if it were pinned to this full commit id, whatever it holds or lacks itself. `driftless pin`
   * needs it, to mend a pin that is none yet.
   */
  readonly revision?: string | undefined;
}

/**
 * Loads and checks `environments/<name>.yaml` laid over `environments/_base.yaml`. Starts no program.
 * @param project Absolute path of the project.
 * @throws NAME_INVALID, ENVIRONMENT_NOT_FOUND, or everything that is wrong with the two documents at once.
 */
export async function loadEnvironment(
  project: string,
  name: string,
  options: LoadOptions = {},
): Promise<LoadedEnvironment> {
  const file = environmentFile(name);
  const [base, own] = await Promise.all([readDocument(project, baseFile), readDocument(project, file)]);
  if (own === undefined) throw await environmentNotFound(project, name);
  return buildEnvironment(name, own, base, options);
}

/** The part of `loadEnvironment` that reads no files. */
export function buildEnvironment(
  name: string,
  own: YamlDocument,
  base: YamlDocument | undefined,
  { revision }: LoadOptions = {},
): LoadedEnvironment {
  const unread = [...own.findings, ...(base?.findings ?? [])];
  const baseFindings = base?.root === undefined ? [] : checkBase(base.root, name);
  if (own.root === undefined) throw allAtOnce([...unread, ...baseFindings], own.file);

  const merged = merge(inherited(base?.root, own.root), own.root);
  const root = revision === undefined ? merged : pinnedTo(merged, revision);
  // Without the base nobody knows what is missing, or whether a name exists; the rest can still be told.
  const partial = base !== undefined && base.root === undefined;
  const { value, problems } = validate(root, { schema: environmentSchema, environment: name, partial });
  const references = partial ? [] : checkReferences(outline(root), name);
  const findings = [...problems, ...references].map((problem) => locate(root, problem));
  const all = [...unread, ...baseFindings, ...findings];
  if (value === undefined || all.length > 0) throw allAtOnce(all, own.file);

  const spec = resolve(value);
  return {
    spec,
    file: own.file,
    locate: (path) => ({ ...positionOf(root, path), ...(path.length === 0 ? {} : { field: formatPath(path) }) }),
    explain: (path) => explain(root, spec, path),
  };
}

function checkBase(root: MapNode, environment: string): readonly Finding[] {
  const { problems } = validate(root, { schema: environmentBaseSchema, environment, partial: true });
  const heads = ["apiVersion", "kind"].filter((key) => !root.entries.has(key));
  const missing = heads.map((key) => ({
    code: "CONFIG_INVALID" as const,
    path: [key],
    message: `"${key}" is required at the top of the document.`,
    fix: "Begin with `apiVersion: driftless.dev/v1alpha1` and `kind: EnvironmentBase`.",
  }));
  return [...problems, ...missing].map((problem) => locate(root, problem));
}

/** What an environment takes over from the base: everything but what the base says about itself. */
function inherited(base: MapNode | undefined, own: MapNode): MapNode {
  const entries = new Map(base?.entries);
  for (const key of ["apiVersion", "kind", "metadata"]) entries.delete(key);
  return { kind: "map", entries, removed: new Map(), at: own.at };
}

function pinnedTo(root: MapNode, revision: string): MapNode {
  const source = root.entries.get("source");
  if (source?.value.kind !== "map") return root;
  const key = source.value.entries.get("revision")?.key ?? source.key;
  const value = { kind: "scalar", value: revision, written: true, at: key } as const;
  const pinned = { ...source.value, entries: new Map(source.value.entries).set("revision", { key, value }) };
  return { ...root, entries: new Map(root.entries).set("source", { ...source, value: pinned }) };
}

/** One error of all findings: those of the environment's own file first, by position, each of them once. */
function allAtOnce(findings: readonly Finding[], file: string): DriftlessError {
  const unique = new Map(findings.map((finding) => [JSON.stringify([finding.place, finding.message]), finding]));
  const rank = ({ place }: Finding) => [place?.file === file ? 0 : 1, place?.line ?? 0, place?.column ?? 0] as const;
  const sorted = [...unique.values()].sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  });
  const [first, ...rest] = sorted;
  if (first === undefined)
    return failure("INTERNAL", "A document was refused without a reason.", "Report this as a bug.");
  return new DriftlessError([first, ...rest]);
}
