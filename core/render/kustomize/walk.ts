import { failure, throwErrors } from "../../errors/error.ts";
import { errorFinding, type Finding, type Place } from "../../errors/finding.ts";
import { quote } from "../../errors/quote.ts";
import { planExport } from "../../git/export.ts";
import { resolveLinks } from "../../git/links.ts";
import { joinInside, joinSource } from "../../git/path.ts";
import { resolveRemote } from "../../git/remote-base.ts";
import type { SourceTree, TreeEntry } from "../../git/tree.ts";
import { isJsonObject } from "../../manifest/json.ts";
import { readYaml } from "../../manifest/yaml.ts";
import { kustomizationNames } from "../choose.ts";
import { collect, readTexts, resolveWritten } from "../inputs.ts";
import { isRemote } from "./remote.ts";
import { kustomizationReferences, pluginReferences, type Denied, type Reference } from "./references.ts";

/** The files that a kustomization depends on, by path from the root of the source. */
export type KustomizeFiles = ReadonlyMap<string, "yaml" | "data">;

/** A folder whose kustomization is to be read, or a file with the configuration of plugins. */
interface Visit {
  readonly kind: "folder" | "plugin";
  readonly path: string;
  /** Folder that paths inside it are relative to. */
  readonly base: string;
  /** True in a folder whose resources configure plugins. */
  readonly plugins: boolean;
  /** Where it is named. */
  readonly place: Place;
}

interface Walk {
  readonly tree: SourceTree;
  readonly files: Map<string, "yaml" | "data">;
  readonly findings: Finding[];
  readonly seen: Set<string>;
  next: Visit[];
}

/**
 * Follows everything that the kustomization of a folder names, level by level, without starting Kustomize.
 * @param overlay What the environment document names beside it.
 * @throws all at once, each with file and line: PATH_ESCAPE, SYMLINK_ESCAPE, REMOTE_BASE_DENIED, OPTION_DENIED,
 * PATH_NOT_FOUND and YAML errors of kustomizations.
 */
export async function walkKustomization(
  tree: SourceTree,
  path: string,
  overlay: readonly Reference[] = [],
): Promise<KustomizeFiles> {
  const root: Visit = { kind: "folder", path, base: path, plugins: false, place: { file: path } };
  const walk: Walk = { tree, files: new Map(), findings: [], seen: new Set(), next: [root] };
  for (const reference of overlay) {
    const place = { file: path, field: reference.field.join(".") };
    await collect(walk.findings, place, () => followReference(walk, root, reference, place, joinSource));
  }
  while (walk.next.length > 0) {
    const level = walk.next.filter((visit) => !walk.seen.has(keyOf(visit)));
    walk.next = [];
    for (const visit of level) walk.seen.add(keyOf(visit));
    await visitLevel(walk, level);
  }
  throwErrors(walk.findings);
  return walk.files;
}

function keyOf({ kind, path, base, plugins }: Visit): string {
  return JSON.stringify([kind, path, base, plugins]);
}

async function visitLevel(walk: Walk, level: readonly Visit[]): Promise<void> {
  const visits = new Map<string, Visit[]>();
  for (const visit of level) {
    const files = visit.kind === "plugin" ? [visit.path] : await kustomizationsOf(walk, visit);
    for (const file of files) visits.set(file, [...(visits.get(file) ?? []), visit]);
  }
  await collect(walk.findings, { file: "." }, async () => {
    for (const [file, text] of await readTexts(walk.tree, await planExport(walk.tree, [...visits.keys()])))
      for (const visit of visits.get(file) ?? []) await visitFile(walk, visit, file, text);
  });
}

/** Paths of the kustomization files of a folder; Kustomize itself complains about more than one. */
async function kustomizationsOf(walk: Walk, { path, place }: Visit): Promise<readonly string[]> {
  const folder = await collect(walk.findings, place, () => resolveLinks(walk.tree, path));
  if (folder === undefined) return [];
  const names = kustomizationNames.filter((name) => walk.tree.entry(joinInside(".", name, folder.path)) !== undefined);
  if (names.length === 0) {
    const message = `The folder ${quote(path)} has no kustomization.`;
    const fix = "Add a kustomization.yaml, or name the files in it.";
    walk.findings.push(errorFinding("PATH_NOT_FOUND", message, fix, place));
  }
  const files = names.map((name) => joinInside(".", name, path));
  for (const file of files) walk.files.set(file, "yaml");
  return files;
}

async function visitFile(walk: Walk, visit: Visit, file: string, text: string): Promise<void> {
  for (const document of readYaml(text, file)) {
    walk.findings.push(...document.findings);
    const { value, locate } = document;
    if (!isJsonObject(value)) continue;
    if (visit.kind === "plugin") {
      await follow(walk, visit, pluginReferences(value), locate);
      continue;
    }
    const found = kustomizationReferences(value);
    await follow(walk, visit, found, locate);
    for (const { field, text: inline } of found.inlinePlugins)
      for (const plugin of readYaml(inline, file))
        await follow(walk, visit, pluginReferences(plugin.value ?? null), () => locate(field));
  }
}

async function follow(
  walk: Walk,
  visit: Visit,
  found: { readonly references: readonly Reference[]; readonly denied: readonly Denied[] },
  locate: (field: Reference["field"]) => Place,
): Promise<void> {
  for (const { field, message } of found.denied) {
    const fix = "Write the objects, or render a chart as an application of its own.";
    walk.findings.push(errorFinding("OPTION_DENIED", message, fix, { ...locate(field), field: field.join(".") }));
  }
  for (const reference of found.references) {
    const place = { ...locate(reference.field), field: reference.field.join(".") };
    await collect(walk.findings, place, () => followReference(walk, visit, reference, place));
  }
}

async function followReference(
  walk: Walk,
  visit: Visit,
  reference: Reference,
  place: Place,
  join = joinKustomize(walk.tree),
): Promise<void> {
  const { path, entry } = await find(walk.tree, visit, reference, join);
  const kind = visit.plugins && reference.kind === "resource" ? "plugin" : reference.kind;
  if (entry.kind !== "folder") {
    if (kind === "folder") throw wrongKind(path, "a file where a folder with a kustomization is expected");
    walk.files.set(path, kind === "data" && walk.files.get(path) !== "yaml" ? "data" : "yaml");
    if (kind === "plugin") walk.next.push({ kind, path, base: visit.base, plugins: true, place });
    return;
  }
  if (kind === "yaml" || kind === "data") throw wrongKind(path, "a folder where a file is expected");
  walk.next.push({ kind: "folder", path, base: path, plugins: kind === "plugin", place });
}

/** What a reference leads to: in the source, or in a remote base that the environment lists. */
async function find(
  tree: SourceTree,
  visit: Visit,
  reference: Reference,
  join: (written: string, base: string) => string,
): Promise<{ readonly path: string; readonly entry: TreeEntry }> {
  const bases = tree.bases ?? [];
  if (isRemote(reference.path)) {
    const path = resolveRemote(reference.path, bases);
    const entry = await resolveWritten(tree, path);
    if (entry.kind !== "folder")
      throw wrongKind(reference.path, "a file where a folder with a kustomization is expected");
    return { path, entry };
  }
  // `../base/` is how many people write a folder.
  const written = reference.path.length > 1 ? reference.path.replace(/\/+$/, "") : reference.path;
  const path = join(written === "" ? reference.path : written, visit.base);
  const entry = await resolveWritten(tree, path).catch((error: unknown) => {
    if (looksLikeHost(reference.path)) resolveRemote(reference.path, bases);
    throw error;
  });
  if (repositoryOf(tree, entry.path) !== repositoryOf(tree, visit.base)) throw otherRepository(path);
  return { path, entry };
}

/** In a kustomization, unlike in the environment document, no path begins at the root of the source. */
function joinKustomize(tree: SourceTree): (written: string, base: string) => string {
  return (written, base) => joinInside(repositoryOf(tree, base), written, base);
}

/** The folder that holds everything of the repository that a path is in. */
function repositoryOf(tree: SourceTree, path: string): string {
  return tree.bases?.find(({ folder }) => path === folder || path.startsWith(`${folder}/`))?.folder ?? ".";
}

/** True for a path that does not exist and begins like the name of a host: `github.com/owner/repo`. */
function looksLikeHost(path: string): boolean {
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:[0-9]+)?\/[^/]+/i.test(path);
}

function otherRepository(path: string): Error {
  return failure(
    "PATH_ESCAPE",
    `${quote(path)} is in another repository.`,
    "Name it as a remote base, with its address.",
  );
}

function wrongKind(path: string, what: string): Error {
  return failure("PATH_NOT_FOUND", `${quote(path)} is ${what}.`, "Correct the path.");
}
