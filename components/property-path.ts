import { isJsonObject, isList } from "../core/manifest/json.ts";
import type { Json } from "../core/manifest/manifest.ts";

/**
 * A JSON pointer as the engine writes paths of properties: `/spec/replicas` is `spec.replicas`,
 * `/metadata/annotations/a.b~1c` is `metadata.annotations["a.b/c"]`. What is a list in `object` takes its parts as places.
 */
export function propertyPath(pointer: string, object: Json): string {
  let path = "";
  let value: Json | undefined = object;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isList(value) && /^\d+$/.test(key)) {
      path += `[${key}]`;
      value = value[Number(key)];
    } else {
      path += /^[A-Za-z_$][\w$]*$/.test(key) ? `${path === "" ? "" : "."}${key}` : `[${quoted(key)}]`;
      value = isJsonObject(value) ? value[key] : undefined;
    }
  }
  return path;
}

/** The engine knows one escape inside quotes. */
function quoted(key: string): string {
  return `"${key.replaceAll('"', '\\"')}"`;
}
