import { failure } from "../errors/error.ts";
import type { SourceTree, TreeEntry } from "../git/tree.ts";
import { parseImages, type ImageOverrides } from "../manifest/images.ts";
import { plainJson, record } from "../manifest/json.ts";
import { readYaml } from "../manifest/yaml.ts";
import { Unwritable } from "../yaml/rewrite/edit.ts";
import { rewriteDocument } from "../yaml/rewrite/rewrite.ts";

/** Whole new contents by path; null removes a file. */
export type Restored = ReadonlyMap<string, Buffer | string | null>;

/**
 * What makes a folder of one commit what it is at another.
 * @throws ROLLBACK_CONFLICT for links and submodules, which no commit of ours writes
 */
export async function restoredFolder(folder: string, at: SourceTree, from: SourceTree): Promise<Restored> {
  const [now, then] = [byPath(at, folder), byPath(from, folder)];
  const changed = [...then.values()].filter(({ path, id, kind }) => {
    const present = now.get(path);
    return present?.id !== id || present.kind !== kind;
  });
  const removed = [...now.values()].filter(({ path }) => !then.has(path));
  const odd = [...changed, ...removed].filter(({ kind }) => kind === "symlink" || kind === "submodule");
  if (odd.length > 0) {
    const names = odd.map(({ path }) => path).join(", ");
    throw failure(
      "ROLLBACK_CONFLICT",
      `Links and submodules cannot be restored, and these differ: ${names}.`,
      "Revert them in the config repository by hand, and pin that commit.",
    );
  }
  const contents = await from.read(changed.map(({ path }) => path));
  return new Map<string, Buffer | null>([
    ...changed.map(({ path }): [string, Buffer] => [path, contents.get(path) ?? Buffer.alloc(0)]),
    ...removed.map(({ path }): [string, null] => [path, null]),
  ]);
}

/**
 * The images file of one commit with what another says of some images, and every other byte as it is; undefined if that
 * changes nothing.
 * @param names images as manifests write them, without tag and digest
 * @throws ROLLBACK_CONFLICT where it cannot be written in place
 */
export async function restoredImages(
  file: string,
  names: ReadonlySet<string>,
  { at, from }: { readonly at: SourceTree; readonly from: SourceTree },
): Promise<string | undefined> {
  const [now, then] = await Promise.all([textOf(at, file), textOf(from, file)]);
  if (now === undefined || then === undefined) return undefined;
  const [present, before] = [parseImages(now, file), parseImages(then, file)];
  const target: Record<string, ImageOverrides[string]> = { ...present };
  for (const name of names) {
    const old = before[name];
    if (old === undefined) Reflect.deleteProperty(target, name);
    else target[name] = old;
  }
  if (JSON.stringify(target) === JSON.stringify(present)) return undefined;
  try {
    const [document] = [...readYaml(now, file)];
    return rewriteDocument(now, 1, { ...record(document?.value), images: plainJson(target) });
  } catch (error) {
    if (!(error instanceof Unwritable)) throw error;
    const message = `The image tags cannot be restored in place: ${error.message}.`;
    throw failure("ROLLBACK_CONFLICT", message, `Restore them in ${file} by hand, and pin that commit.`, {
      place: { file },
      cause: error,
    });
  }
}

function byPath(tree: SourceTree, folder: string): ReadonlyMap<string, TreeEntry> {
  const files = tree.list(folder).filter(({ kind }) => kind !== "folder");
  return new Map(files.map((entry) => [entry.path, entry]));
}

async function textOf(tree: SourceTree, file: string): Promise<string | undefined> {
  const entry = tree.entry(file);
  if (entry?.kind !== "file" && entry?.kind !== "executable") return undefined;
  return (await tree.read([file])).get(file)?.toString("utf8");
}
