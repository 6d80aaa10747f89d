import { posix } from "node:path";
import type { z } from "zod";
import { quote } from "../../errors/quote.ts";
import { joinInside } from "../../git/path.ts";
import type { SourceTree } from "../../git/tree.ts";
import { labelsFit } from "../cluster-match.ts";
import { nodeAt, positionOf, type Entry, type MapNode, type Node, type Path } from "../node.ts";
import { labelsOf } from "../outline.ts";
import type { applicationSet } from "../schema/application-set.ts";
import { matchFolders } from "./folders.ts";

/** An application set that fits its schema. */
export type ApplicationSetDocument = z.infer<typeof applicationSet>;

/** One thing that an application is made of. */
export interface Item {
  /** Under which its values are known: `item`, `folder` or `cluster`. */
  readonly name: string;
  /** As a person would call it: `folder "applications/web"`. */
  readonly label: string;
  readonly values: Node;
}

/** What the generators of a set look at. */
export interface GeneratorInput {
  readonly root: MapNode;
  /** Where the set is in the document. */
  readonly path: Path;
  readonly set: ApplicationSetDocument;
  /** Absent where the source is not known yet. */
  readonly tree: SourceTree | undefined;
}

/**
 * The items of each generator of a set; an application is made of each combination. Without a source there is one folder,
 * whose values are unknown.
 * @throws PATH_ESCAPE, URL_SCHEME_DENIED for folders outside the source.
 */
export function itemsOf(input: GeneratorInput): readonly (readonly Item[])[] {
  const { list, folders, clusters } = input.set.from;
  return [
    ...(list === undefined ? [] : [listItems(input)]),
    ...(folders === undefined ? [] : [folderItems(input, folders)]),
    ...(clusters === undefined ? [] : [clusterItems(input, clusters)]),
  ];
}

function listItems({ root, path }: GeneratorInput): readonly Item[] {
  const node = nodeAt(root, [...path, "from", "list"]);
  const items = node?.kind === "list" ? node.items : [];
  return items.map((values, index) => ({ name: "item", label: `list[${index}]`, values }));
}

function folderItems(
  { root, path, tree }: GeneratorInput,
  { path: pattern, exclude }: NonNullable<ApplicationSetDocument["from"]["folders"]>,
): readonly Item[] {
  const at = positionOf(root, [...path, "from", "folders", "path"]);
  const text = (value: string): Node => ({ kind: "scalar", value, written: false, at, ...unknown });
  const unknown = tree === undefined ? { unknown: true as const } : {};
  const item = (folder: string): Item => ({
    name: "folder",
    label: `folder ${quote(folder)}`,
    values: mapNode(at, {
      path: text(folder),
      name: text(posix.basename(folder)),
      segments: { kind: "list", items: folder.split("/").map(text), at },
    }),
  });
  const source = nodeAt(root, ["source", "path"]);
  const written = source?.kind === "scalar" && typeof source.value === "string" ? source.value : ".";
  const from = joinInside(".", written);
  if (tree !== undefined) return matchFolders(tree, from, pattern, exclude).map(item);
  // The path is checked all the same.
  for (const each of [pattern, ...exclude]) joinInside(".", each, from);
  return [item(pattern.replaceAll("*", "x"))];
}

function clusterItems(
  { root, path }: GeneratorInput,
  { match }: NonNullable<ApplicationSetDocument["from"]["clusters"]>,
): readonly Item[] {
  const clusters = nodeAt(root, ["clusters"]);
  if (clusters?.kind !== "map") return [];
  const at = positionOf(root, [...path, "from", "clusters"]);
  return [...clusters.entries.keys()].sort().flatMap((name): readonly Item[] => {
    const found = nodeAt(root, ["clusters", name, "labels"]);
    const labels: MapNode = found?.kind === "map" ? found : mapNode(at, {});
    const text: Node = { kind: "scalar", value: name, written: false, at };
    return labelsFit(labelsOf(root, name), match)
      ? [{ name: "cluster", label: `cluster ${quote(name)}`, values: mapNode(at, { name: text, labels }) }]
      : [];
  });
}

/** A map that is written nowhere. */
export function mapNode(at: Node["at"], values: Readonly<Record<string, Node>>): MapNode {
  const entries = Object.entries(values).map(([key, value]): [string, Entry] => [key, { key: at, value }]);
  return { kind: "map", entries: new Map(entries), removed: new Map(), at };
}
