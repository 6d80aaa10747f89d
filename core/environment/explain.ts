import { formatPlace, type Place } from "../errors/finding.ts";
import { isJsonObject } from "../manifest/json.ts";
import type { Json } from "../manifest/manifest.ts";
import type { SetMember } from "./fan-out/expand-set.ts";
import { entryAt, nodeAt, positionOf, toValue, type Entry, type MapNode, type Node, type Path } from "./node.ts";
import { inheritanceOf, matchAt } from "./resolve.ts";
import { environmentSchema } from "./schema/index.ts";
import { descriptionAt } from "./shape.ts";
import type { EnvironmentSpec } from "./spec.ts";
import { formatPath } from "./text.ts";
import { findPath, viewOf } from "./view.ts";

/** Who gave a value. */
export type Provenance =
  | { readonly by: "file"; readonly place: Place }
  /** Clusters that were chosen by their labels. */
  | { readonly by: "match"; readonly match: string; readonly place: Place }
  | { readonly by: "inherited"; readonly from: string; readonly rule: string; readonly place: Place }
  | { readonly by: "default"; readonly rule: string };

/** One value of an environment: a scalar, a whole list or an empty map. */
export interface Explanation {
  /** Such as `applications.checkout.clusters`. */
  readonly path: string;
  readonly value: Json;
  readonly setBy: Provenance;
  /** The application set that the application belongs to, if it belongs to one. */
  readonly madeBy?: SetMember;
  /** True if an explicit `null` removed the inherited value; `value` is then the default, or null if there is none. */
  readonly removed?: true;
  /** The value of `_base.yaml` that this one replaced or removed. */
  readonly overrode?: { readonly value: Json; readonly place: Place };
}

/**
 * Explains a path and everything below it, in the order of the document.
 * @param text A path such as `applications.checkout.prune`; empty for the whole document.
 * @throws USAGE for a path that does not exist, with the nearest that does.
 */
export function explain(root: MapNode, spec: EnvironmentSpec, text: string): readonly Explanation[] {
  const view = viewOf(spec, root);
  return explainBelow(findPath(view, text));

  function explainBelow({ path, value }: { readonly path: Path; readonly value: Json }): readonly Explanation[] {
    if (!isJsonObject(value) || Object.keys(value).length === 0) return [explainOne(root, spec, path, value)];
    return Object.entries(value).flatMap(([key, below]) => explainBelow({ path: [...path, key], value: below }));
  }
}

/** Who gave a value, in one phrase: `environments/dev.yaml:12:5`, `default: …` or `inherited from …`. */
export function describeProvenance(provenance: Provenance): string {
  switch (provenance.by) {
    case "file":
      return formatPlace(provenance.place);
    case "match":
      return `clusters with ${provenance.match}, ${formatPlace(provenance.place)}`;
    case "inherited":
      return `inherited from ${provenance.from} (${provenance.rule}), ${formatPlace(provenance.place)}`;
    case "default":
      return `default: ${provenance.rule}`;
  }
}

function explainOne(root: MapNode, spec: EnvironmentSpec, path: Path, value: Json): Explanation {
  const node = nodeAt(root, path);
  const covered = coveredBy(root, path);
  const overrode = covered?.node === undefined ? {} : { overrode: shown(covered.node) };
  const madeBy = path[0] === "applications" ? spec.members[String(path[1])] : undefined;
  const result = { path: formatPath(path), value, ...(madeBy === undefined ? {} : { madeBy }) };
  if (node !== undefined) return { ...result, setBy: written(node, path), ...overrode };
  if (covered?.removal !== undefined) {
    const place = { ...covered.removal.value.at };
    return { ...result, setBy: { by: "file", place }, removed: true, ...overrode };
  }
  return { ...result, setBy: unwritten(root, spec, path) };
}

function written(node: Node, path: Path): Provenance {
  const match = matchAt(toValue(node), path);
  const place = { ...node.at };
  return match === undefined ? { by: "file", place } : { by: "match", match, place };
}

function unwritten(root: MapNode, spec: EnvironmentSpec, path: Path): Provenance {
  const inheritance = inheritanceOf(spec, path);
  if (inheritance === undefined) {
    return { by: "default", rule: descriptionAt(environmentSchema, path) ?? "what the format says" };
  }
  const { from, rule } = inheritance;
  return { by: "inherited", from: formatPath(from), rule, place: { ...positionOf(root, from) } };
}

/** What an inherited document says at a path, if a later one replaced or removed it there or further up. */
function coveredBy(
  root: MapNode,
  path: Path,
): { readonly node: Node | undefined; readonly removal: Entry | undefined } | undefined {
  for (let length = path.length; length > 0; length--) {
    const above = path.slice(0, length);
    const parent = nodeAt(root, above.slice(0, -1));
    const removal = parent?.kind === "map" ? parent.removed.get(String(above.at(-1))) : undefined;
    const base = (removal ?? entryAt(root, above))?.overrode;
    if (base !== undefined) return { node: nodeAt(base, path.slice(length)), removal };
  }
  return undefined;
}

function shown(node: Node): { readonly value: Json; readonly place: Place } {
  return { value: toValue(node), place: { ...node.at } };
}
