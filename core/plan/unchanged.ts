import { isDeepStrictEqual } from "node:util";
import type { EnvironmentSpec } from "../environment/spec.ts";
import { folderOf } from "../git/path.ts";
import type { SourceTree, TreeEntry } from "../git/tree.ts";
import { variantsOf } from "./override.ts";
import { renderRequests } from "./render-request.ts";
import type { RenderedApplication } from "./render-all.ts";

/** What was rendered of a document and a commit. */
export interface EarlierRendering {
  readonly spec: EnvironmentSpec;
  readonly tree: SourceTree;
  readonly rendered: ReadonlyMap<string, RenderedApplication>;
}

/**
 * The renderings that hold for another commit too: of applications of which the document says the same, and where nothing
 * that has changed between the commits is a file that they depend on, or next to one. A new file next to one may be read
 * as well: a manifest in the folder, a template, a kustomization of another name.
 */
export function unchangedRenderings(
  earlier: EarlierRendering,
  { spec, tree }: Omit<EarlierRendering, "rendered">,
): ReadonlyMap<string, RenderedApplication> {
  const changed = changedEntries(earlier.tree, tree);
  // What a link leads to can be anywhere.
  if (changed.some(({ kind }) => kind === "symlink" || kind === "submodule")) return new Map();
  if (!isDeepStrictEqual(earlier.spec.source.remoteBases, spec.source.remoteBases)) return new Map();
  const folders = new Set(changed.flatMap(({ path }) => foldersAbove(path)));
  return new Map(
    [...earlier.rendered].filter(([name, { files }]) => {
      const [before, now] = [earlier.spec, spec].map((each) => requestsOf(name, each, tree));
      if (before === undefined || now === undefined || !isDeepStrictEqual(before, now)) return false;
      const path = now[0]?.requests[0]?.asked.path ?? ".";
      return !folders.has(path) && !files.some((file) => folders.has(folderOf(file)));
    }),
  );
}

/** What an application asks of its renderer, without the files. */
function requestsOf(name: string, spec: EnvironmentSpec, tree: SourceTree) {
  const application = spec.applications[name];
  if (application === undefined) return undefined;
  return variantsOf(application, spec.clusters).map(({ application: variant, images }) => ({
    images,
    requests: renderRequests(name, spec, variant, tree).map(({ clusters, request }) => ({
      clusters,
      asked: { ...request, tree: undefined },
    })),
  }));
}

/** Files, links and submodules that only one of the trees has, or both with another content. */
export function changedEntries(before: SourceTree, after: SourceTree): readonly TreeEntry[] {
  if (before.entry(".")?.id === after.entry(".")?.id) return [];
  const differs = (tree: SourceTree, { path, id, kind }: TreeEntry): boolean => {
    const other = tree.entry(path);
    return kind !== "folder" && (other?.id !== id || other.kind !== kind);
  };
  const changed = new Map<string, TreeEntry>();
  for (const entry of before.list(".")) if (differs(after, entry)) changed.set(entry.path, entry);
  for (const entry of after.list(".")) {
    // A link that became a file is a link that changed.
    if (differs(before, entry) && changed.get(entry.path)?.kind !== "symlink") changed.set(entry.path, entry);
  }
  return [...changed.values()];
}

/** The folders that a path is in, the root among them. */
function foldersAbove(path: string): readonly string[] {
  const folder = folderOf(path);
  return folder === "." ? ["."] : [...foldersAbove(folder), folder];
}
