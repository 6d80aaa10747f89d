import { isJsonObject } from "./json.ts";
import type { Json, KubernetesObject } from "./manifest.ts";

const containerLists: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

/** The object with every `image` of its container lists replaced, at any depth; the object itself if nothing changes. */
export function replaceImages(object: KubernetesObject, replace: (image: string) => string): KubernetesObject {
  const changes = changedFields(object, replace);
  // Image lists are deeper than apiVersion, kind and metadata, which therefore keep their types.
  return changes === undefined ? object : { ...object, ...changes, metadata: object.metadata };
}

function visit(value: Json, replace: (image: string) => string): Json {
  if (Array.isArray(value)) return visitList(value as readonly Json[], (item) => visit(item, replace));
  if (!isJsonObject(value)) return value;
  const changes = changedFields(value, replace);
  return changes === undefined ? value : { ...value, ...changes };
}

function changedFields(
  object: { readonly [key: string]: Json },
  replace: (image: string) => string,
): { readonly [key: string]: Json } | undefined {
  const changes = Object.entries(object).flatMap(([key, value]) => {
    const visited = visit(value, replace);
    const next =
      containerLists.has(key) && Array.isArray(visited)
        ? visitList(visited as readonly Json[], (item) => replaceContainer(item, replace))
        : visited;
    return next === value ? [] : [[key, next] as const];
  });
  return changes.length === 0 ? undefined : Object.fromEntries(changes);
}

function visitList(list: readonly Json[], visitItem: (item: Json) => Json): readonly Json[] {
  const visited = list.map(visitItem);
  return visited.every((item, index) => item === list[index]) ? list : visited;
}

function replaceContainer(container: Json, replace: (image: string) => string): Json {
  if (!isJsonObject(container) || typeof container["image"] !== "string") return container;
  const image = replace(container["image"]);
  return image === container["image"] ? container : { ...container, image };
}
