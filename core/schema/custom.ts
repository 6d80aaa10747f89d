import { isList, record } from "../manifest/json.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { strictSchema } from "./strict.ts";

const group = "apiextensions.k8s.io";

/**
 * The schemas of the kinds that CustomResourceDefinitions define, by `<apiVersion>/<Kind>`: one for each version that is
 * served. A version without a schema takes anything: it is an empty one.
 * @param objects Any objects; others than definitions are passed over.
 */
export function customSchemas(objects: Iterable<KubernetesObject>): ReadonlyMap<string, JsonObject> {
  const schemas = new Map<string, JsonObject>();
  for (const { apiVersion, kind, ...object } of objects) {
    if (kind !== "CustomResourceDefinition" || !apiVersion.startsWith(`${group}/`)) continue;
    const spec = record(object["spec"]);
    const name = record(spec["names"])["kind"];
    for (const version of isList(spec["versions"]) ? spec["versions"].map(record) : []) {
      const schema = record(record(version["schema"])["openAPIV3Schema"]);
      const key = [spec["group"], version["name"], name].filter((part) => typeof part === "string").join("/");
      if (version["served"] !== false) schemas.set(key, Object.keys(schema).length === 0 ? {} : wholeObject(schema));
    }
  }
  return schemas;
}

/** With the fields that every object has: definitions leave them to the API server. */
function wholeObject(schema: JsonObject): JsonObject {
  return strictSchema({ ...schema, "x-kubernetes-embedded-resource": true, properties: record(schema["properties"]) });
}
