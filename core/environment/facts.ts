import { realpath, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isScalar, parseDocument } from "yaml";
import { DriftlessError, failure } from "../errors/error.ts";
import { plainJson, record, sameJson } from "../manifest/json.ts";
import { environmentFile, readDocument } from "./file.ts";
import { environmentNotFound } from "./list.ts";
import { toValue, type MapNode } from "./node.ts";
import { replaceFile } from "./replace-file.ts";
import type { Edit } from "./revision-edit.ts";
import { readYaml } from "./yaml.ts";

/** What charts may ask about a cluster. */
export interface ClusterFacts {
  /** Kubernetes version, without a `v` in front. */
  readonly version: string;
  /** API versions beside the built-in ones, sorted: `group/version/Kind`. */
  readonly apiVersions: readonly string[];
}

/**
 * Writes the facts of clusters into an environment document, and nothing else. The file is replaced in one step.
 * @param project Absolute path of the project.
 * @returns The document, relative to the project.
 * @throws CONFIG_INVALID where the document itself has no place for them.
 */
export async function writeFacts(
  project: string,
  environment: string,
  facts: ReadonlyMap<string, ClusterFacts>,
): Promise<string> {
  const file = environmentFile(environment);
  // Reads it with all limits first, and finds out whether it is there.
  if ((await readDocument(project, file)) === undefined) throw await environmentNotFound(project, environment);
  const path = await realpath(join(project, file));
  const text = await readFile(path, "utf8");
  const rewritten = [...facts].reduce((all, [cluster, known]) => setFacts(all, cluster, known, file), text);
  if (rewritten !== text) await replaceFile(path, rewritten);
  return file;
}

/** The text of a document with `clusters.<cluster>.kubernetes` rewritten or added, and every other byte as it was. */
export function setFacts(text: string, cluster: string, facts: ClusterFacts, file = "the document"): string {
  const before = readClean(text, file);
  const edit = factsEdit(text, cluster, facts);
  if (edit === undefined) throw unwritable(cluster, facts, file);
  const rewritten = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  const after = readYaml(rewritten, file).root;
  if (after === undefined || !sameJson(toValue(after), withFacts(before, cluster, facts)))
    throw unwritable(cluster, facts, file);
  return rewritten;
}

function withFacts(before: MapNode, cluster: string, facts: ClusterFacts) {
  const old = record(toValue(before));
  const clusters = record(old["clusters"]);
  const changed = { ...record(clusters[cluster]), kubernetes: plainJson(facts) };
  return { ...old, clusters: { ...clusters, [cluster]: changed } };
}

/** In front of the first key of the cluster, or in the place of the facts that are there. */
function factsEdit(text: string, cluster: string, facts: ClusterFacts): Edit | undefined {
  const mark = text.startsWith("\uFEFF") ? 1 : 0;
  const map: unknown = parseDocument(text.slice(mark), { schema: "core", uniqueKeys: false }).getIn(
    ["clusters", cluster],
    true,
  );
  if (!isMap(map)) return undefined;
  const old = map.items.find(({ key }) => isScalar(key) && key.value === "kubernetes");
  const [first] = map.items;
  const key = (old ?? first)?.key;
  if (!isScalar(key) || !key.range) return undefined;
  const start = key.range[0] + mark;
  if (old !== undefined) {
    const end = isMap(old.value) && old.value.range ? old.value.range[1] + mark : undefined;
    // The end of a block is the start of the line after it.
    return end === undefined
      ? undefined
      : { start, end: start + text.slice(start, end).trimEnd().length, text: flow(facts) };
  }
  if (map.flow === true) return { start, end: start, text: `${flow(facts)}, ` };
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  if (!/^ *$/.test(indent)) return undefined;
  return { start, end: start, text: `${flow(facts)}${text.includes("\r\n") ? "\r\n" : "\n"}${indent}` };
}

function flow({ version, apiVersions }: ClusterFacts): string {
  return `kubernetes: { version: ${JSON.stringify(version)}, apiVersions: [${apiVersions.join(", ")}] }`;
}

function readClean(text: string, file: string): MapNode {
  const { root, findings } = readYaml(text, file);
  const [first, ...rest] = findings;
  if (first !== undefined) throw new DriftlessError([first, ...rest]);
  if (root === undefined) throw unwritable("", { version: "", apiVersions: [] }, file);
  return root;
}

function unwritable(cluster: string, facts: ClusterFacts, file: string): DriftlessError {
  return failure(
    "CONFIG_INVALID",
    `The document has no place of its own where facts of the cluster "${cluster}" could be written.`,
    `Write them where the cluster is described: ${flow(facts)}`,
    { place: { file, field: `clusters.${cluster}` } },
  );
}
