import { DriftlessError, failure } from "../errors/error.ts";
import type { Finding, Place } from "../errors/finding.ts";
import type { SourceTree } from "../git/tree.ts";
import { checkEks } from "../eks/check/check.ts";
import { explain, type Explanation } from "./explain.ts";
import { baseFile, environmentFile, readDocument } from "./file.ts";
import { locateAll, writtenPath } from "./fan-out/blame.ts";
import { expandSets, unexpanded, type Expansion } from "./fan-out/expand.ts";
import { checkFleet } from "./fleet.ts";
import { environmentNotFound } from "./list.ts";
import { merge } from "./merge.ts";
import { positionOf, type MapNode, type Path } from "./node.ts";
import { outline } from "./outline.ts";
import { locate, type Problem } from "./problem.ts";
import { checkReferences } from "./references.ts";
import { resolve } from "./resolve.ts";
import { environmentBaseSchema, environmentSchema, type EnvironmentDocument } from "./schema/index.ts";
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
  /** Application sets that are made of folders of the source: their applications are not in `spec` yet. */
  readonly waiting: readonly string[];
  /**
   * The environment with the applications that the folders of the pinned commit give.
   * @throws everything that is wrong with them at once.
   */
  readonly withSource: (tree: SourceTree) => LoadedEnvironment;
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
  const document = revision === undefined ? merged : pinnedTo(merged, revision);
  // Without the base nobody knows what is missing, or whether a name exists; the rest can still be told.
  const partial = base !== undefined && base.root === undefined;
  return expanded(undefined);

  function expanded(tree: SourceTree | undefined): LoadedEnvironment {
    const expansion = partial ? unexpanded(document) : expandSets(document, tree);
    const { root, members, waiting } = expansion;
    const { value, findings } = checkDocument(expansion, name, partial);
    const all = [...unread, ...baseFindings, ...findings];
    if (value === undefined || all.length > 0) throw allAtOnce(all, own.file);

    const spec = resolve(value, members);
    const clusters = checkEks(spec.clusters);
    if (clusters.length > 0) throw allAtOnce(locateAll(root, clusters, members), own.file);
    const loaded: LoadedEnvironment = {
      spec,
      file: own.file,
      waiting,
      withSource: (source) => (waiting.length === 0 ? loaded : expanded(source)),
      locate: (path) => {
        const field = path.length === 0 ? {} : { field: formatPath(writtenPath(path, members)) };
        return { ...positionOf(root, path), ...field };
      },
      explain: (path) => explain(root, spec, path),
    };
    return loaded;
  }
}

/** Everything that is wrong with a document, what its sets make included. */
function checkDocument(
  expansion: Expansion,
  environment: string,
  partial: boolean,
): { readonly value: EnvironmentDocument | undefined; readonly findings: readonly Finding[] } {
  const { problems, waiting, sample } = expansion;
  const isOpen = waiting.length > 0 || problems.length > 0;
  const check = ({ root, members }: Pick<Expansion, "root" | "members">, before: readonly Problem[]) => {
    const { value, problems } = validate(root, { schema: environmentSchema, environment, partial });
    const references = partial ? [] : checkReferences(outline(root, isOpen), environment);
    return { root, members, value, problems: [...before, ...problems, ...references] };
  };
  const findingsOf = ({ root, members, problems }: ReturnType<typeof check>, more: readonly Problem[] = []) =>
    locateAll(root, [...problems, ...more], members);
  const whole = check(expansion, problems);
  const { value } = whole;
  const findings = findingsOf(whole, value === undefined || partial ? [] : checkFleet(value));
  // What the sample shares with the document is found twice, and said once.
  return { value, findings: sample === undefined ? findings : [...findings, ...findingsOf(check(sample, []))] };
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
