import { isJsonObject } from "./json.ts";
import type { Json, JsonObject } from "./manifest.ts";

/** An object inside a document, and the path that leads to it: empty unless it is an item of a `List`. */
export interface ListItem {
  readonly value: Json;
  readonly path: readonly (string | number)[];
}

/** The objects of a document: the items of a `List` or of a typed list such as `ConfigMapList`, at any depth; else itself. */
export function expandLists(value: Json, path: readonly (string | number)[] = []): ListItem[] {
  if (!isJsonObject(value)) return [{ value, path }];
  const { kind, apiVersion } = value;
  if (typeof kind !== "string" || !kind.endsWith("List")) return [{ value, path }];
  const items = value["items"] ?? (kind === "List" ? [] : undefined);
  if (!Array.isArray(items)) return [{ value, path }];

  // Items of a typed list need not repeat what the list says; the API server leaves it out too.
  const defaults: JsonObject =
    kind === "List" || apiVersion === undefined ? {} : { apiVersion, kind: kind.slice(0, -"List".length) };
  return (items as readonly Json[]).flatMap((item, index) =>
    expandLists(isJsonObject(item) ? { ...defaults, ...item } : item, [...path, "items", index]),
  );
}
