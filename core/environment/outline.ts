import { chosenClusters } from "./cluster-choice.ts";
import type { ClusterMatch } from "./cluster-match.ts";
import { nodeAt, type MapNode, type Path } from "./node.ts";

/** A text of the document and where it stands. */
export interface Text {
  readonly value: string;
  readonly path: Path;
}

export interface TenantOutline {
  readonly name: string;
  readonly namespaces: readonly Text[];
  /** Those that it names, or whose labels fit. Absent if it says nothing: it then uses all. */
  readonly clusters: readonly Text[] | undefined;
  /** Names of tenants, and "*". */
  readonly sharedWith: readonly Text[];
}

export interface ApplicationOutline {
  readonly name: string;
  readonly tenant: Text | undefined;
  /** Absent if it names none: it then uses some of its tenant's. */
  readonly clusters: readonly Text[] | undefined;
  readonly namespace: Text | undefined;
  readonly sourcePath: Text | undefined;
  /** Files and folders of the source that its renderer is told to read. */
  readonly files: readonly Text[];
  readonly dependsOn: readonly Text[];
  /** Names of tenants, and "*". */
  readonly sharedWith: readonly Text[];
}

/**
 * What a document says about names, whatever else is wrong with it: what has the wrong type is left out, so that
 * references can be checked in the same pass as types.
 */
export interface Outline {
  readonly name: Text | undefined;
  readonly source: {
    readonly repo: Text | undefined;
    readonly local: boolean;
    readonly branch: Text | undefined;
    readonly path: Text | undefined;
    readonly images: Text | undefined;
  };
  /** Absent if the section is missing or no map: nothing can be said about names in it. */
  readonly clusters: ReadonlySet<string> | undefined;
  readonly tenants: ReadonlyMap<string, TenantOutline> | undefined;
  readonly applications: ReadonlyMap<string, ApplicationOutline>;
  /** Applications that come first on their clusters. */
  readonly addons: readonly Text[];
  /** True if there may be more applications than these: sets that could not be expanded, or not yet. */
  readonly isOpen: boolean;
}

/** Reads the outline of a document. */
export function outline(root: MapNode, isOpen = false): Outline {
  const local = nodeAt(root, ["source", "local"]);
  const clusters = keysOf(root, ["clusters"]);
  const tenants = keysOf(root, ["tenants"]);
  return {
    name: textAt(root, ["metadata", "name"]),
    source: {
      repo: textAt(root, ["source", "repo"]),
      local: local?.kind === "scalar" && local.value === true,
      branch: textAt(root, ["source", "branch"]),
      path: textAt(root, ["source", "path"]),
      images: textAt(root, ["source", "images"]),
    },
    clusters: clusters === undefined || !root.entries.has("clusters") ? undefined : new Set(clusters),
    tenants: tenants === undefined ? undefined : new Map(tenants.map((name) => [name, tenantAt(root, name)])),
    applications: new Map((keysOf(root, ["applications"]) ?? []).map((name) => [name, applicationAt(root, name)])),
    addons: textsAt(root, ["addons"]) ?? [],
    isOpen,
  };
}

function tenantAt(root: MapNode, name: string): TenantOutline {
  const path = ["tenants", name];
  const namespaces = textsAt(root, [...path, "namespaces"]) ?? [];
  const sharedWith = textsAt(root, [...path, "sharedWith"]) ?? [];
  const clusters = textsAt(root, [...path, "clusters"]) ?? matchedAt(root, [...path, "clusters", "match"]);
  return { name, namespaces, clusters, sharedWith };
}

/** Names of the clusters whose labels are what the map at a path asks for; undefined where that cannot be told. */
function matchedAt(root: MapNode, path: Path): readonly Text[] | undefined {
  const known = nodeAt(root, ["clusters"]);
  const match = nodeAt(root, path);
  if (known?.kind !== "map" || match?.kind !== "map") return undefined;
  const wanted: Record<string, string | readonly string[]> = {};
  for (const label of match.entries.keys()) {
    const below = [...path, label];
    const value = textAt(root, below)?.value ?? textsAt(root, below)?.map((text) => text.value);
    if (value === undefined) return undefined;
    wanted[label] = value;
  }
  const clusters = [...known.entries.keys()];
  const labelled = Object.fromEntries(clusters.map((name) => [name, { labels: labelsOf(root, name) }]));
  return chosenClusters({ match: wanted satisfies ClusterMatch }, labelled, clusters).map((value) => ({ value, path }));
}

/** The labels of a cluster, as far as they are plain values. */
export function labelsOf(root: MapNode, cluster: string): Readonly<Record<string, string>> {
  const labels = nodeAt(root, ["clusters", cluster, "labels"]);
  if (labels?.kind !== "map") return {};
  return Object.fromEntries(
    [...labels.entries].flatMap(([label, { value }]) =>
      value.kind === "scalar" ? [[label, String(value.value)] as const] : [],
    ),
  );
}

function applicationAt(root: MapNode, name: string): ApplicationOutline {
  const path = ["applications", name];
  return {
    name,
    tenant: textAt(root, [...path, "tenant"]),
    clusters: textsAt(root, [...path, "clusters"]),
    namespace: textAt(root, [...path, "namespace"]),
    sourcePath: textAt(root, [...path, "path"]),
    files: [
      ...(textsAt(root, [...path, "helm", "values"]) ?? []),
      ...(textsAt(root, [...path, "kustomize", "components"]) ?? []),
      ...patchFiles(root, [...path, "kustomize", "patches"]),
    ],
    dependsOn: textsAt(root, [...path, "dependsOn"]) ?? [],
    sharedWith: textsAt(root, [...path, "sharedWith"]) ?? [],
  };
}

function patchFiles(root: MapNode, path: Path): readonly Text[] {
  const node = nodeAt(root, path);
  if (node?.kind !== "list") return [];
  return node.items.flatMap((_, index) => textAt(root, [...path, index, "path"]) ?? []);
}

/** Keys of a map; none if nothing is there; undefined if something else is there. */
function keysOf(root: MapNode, path: Path): readonly string[] | undefined {
  const node = nodeAt(root, path);
  if (node === undefined) return [];
  return node.kind === "map" ? [...node.entries.keys()] : undefined;
}

function textAt(root: MapNode, path: Path): Text | undefined {
  const node = nodeAt(root, path);
  if (node?.kind !== "scalar" || node.unknown === true) return undefined;
  return typeof node.value === "string" ? { value: node.value, path } : undefined;
}

function textsAt(root: MapNode, path: Path): readonly Text[] | undefined {
  const node = nodeAt(root, path);
  if (node?.kind !== "list") return undefined;
  return node.items.flatMap((_, index) => textAt(root, [...path, index]) ?? []);
}
