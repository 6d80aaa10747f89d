import { nearest } from "../errors/nearest.ts";
import { failure } from "../errors/error.ts";

import { quote } from "../errors/quote.ts";
import { resolveLinks } from "../git/links.ts";
import { joinInside, segmentsOf } from "../git/path.ts";
import type { SourceTree } from "../git/tree.ts";
import type { RendererName } from "./renderer.ts";

/** Names that Kustomize looks for in a folder. */
export const kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"] as const;

/**
 * The renderer for a folder: a kustomization means kustomize, a Chart.yaml helm, neither plain manifests.
 * @param path from the root of the source.
 * @throws PATH_NOT_FOUND (absent, or a file) without a place, so that it is placed where the path is written;
 * CONFIG_INVALID (a kustomization and a chart), and what `resolveLinks` throws.
 */
export async function chooseRenderer(tree: SourceTree, path: string): Promise<RendererName> {
  const wanted = joinInside(".", path);
  if (tree.entry(wanted) === undefined) await checkExists(tree, wanted);
  const folder = await resolveLinks(tree, wanted);
  if (folder.kind !== "folder") {
    const message = `${quote(path)} is a file; the path of an application is a folder.`;
    throw failure("PATH_NOT_FOUND", message, "Name the folder that it is in.");
  }
  const has = (name: string): boolean => tree.entry(joinInside(".", name, folder.path)) !== undefined;
  const kustomization = kustomizationNames.find(has);
  const isChart = has("Chart.yaml");
  if (kustomization === undefined) return isChart ? "helm" : "manifests";
  if (!isChart) return "kustomize";
  throw failure(
    "CONFIG_INVALID",
    `The folder has both ${kustomization} and Chart.yaml, so it is not clear how to render it.`,
    "Move one of them into a folder of its own.",
    { place: { file: path } },
  );
}

/** A path through a linked folder is not an entry itself, but exists. */
async function checkExists(tree: SourceTree, path: string): Promise<void> {
  const above = segmentsOf(path).map((_, index, all) => all.slice(0, index + 1).join("/"));
  if (above.some((folder) => tree.entry(folder)?.kind === "symlink")) {
    await resolveLinks(tree, path);
    return;
  }
  const meant = suggestFolder(tree, path);
  throw failure(
    "PATH_NOT_FOUND",
    `The commit ${tree.revision.slice(0, 12)} has no folder ${quote(path)}.`,
    meant === undefined ? "Check the path and the revision." : `Did you mean ${quote(meant)}?`,
  );
}

function suggestFolder(tree: SourceTree, path: string): string | undefined {
  const folders = tree.list(".").flatMap((entry) => (entry.kind === "folder" ? [entry.path] : []));
  const name = segmentsOf(path).at(-1);
  return folders.find((folder) => segmentsOf(folder).at(-1) === name) ?? nearest(path, folders);
}
