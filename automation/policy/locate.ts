import type { Place } from "../../core/errors/finding.ts";
import type { SourceTree } from "../../core/git/tree.ts";
import { expandLists } from "../../core/manifest/list.ts";
import type { Origin } from "../../core/manifest/manifest.ts";
import { readYaml } from "../../core/manifest/yaml.ts";

/** A field of an object that came from a file. */
export interface OriginField {
  readonly origin: Origin;
  /** Keys and positions from the root of the object. */
  readonly path: readonly (string | number)[];
}

/**
 * Finds the line of each field, or of the nearest one above it that the file has, by reading the files again at the pin.
 * @param fields Of plain manifests: what a renderer made of a file does not stand in it.
 */
export async function locateFields(
  tree: SourceTree,
  fields: readonly OriginField[],
): Promise<ReadonlyMap<OriginField, Place>> {
  const byFile = Map.groupBy(fields, ({ origin }) => origin.path);
  const files = [...byFile.keys()].filter(
    (file) => tree.entry(file)?.kind === "file" || tree.entry(file)?.kind === "executable",
  );
  const texts = await tree.read(files);
  const places = new Map<OriginField, Place>();
  for (const [file, text] of texts) {
    const byDocument = Map.groupBy(byFile.get(file) ?? [], ({ origin }) => origin.document ?? 1);
    for (const document of readYaml(text.toString("utf8"), file)) {
      const wanted = byDocument.get(document.number);
      if (wanted === undefined || document.value === undefined) continue;
      const items = expandLists(document.value).map(({ path }) => path);
      const start = (path: readonly (string | number)[]): number | undefined =>
        (path.length === 0 ? document.place : document.locate(path)).line;
      for (const field of wanted) {
        const item = items.find((path) => start(path) === field.origin.line);
        if (item !== undefined) places.set(field, document.locate([...item, ...field.path]));
      }
    }
  }
  return places;
}
