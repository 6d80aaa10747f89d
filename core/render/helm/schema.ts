import { errorFinding, type Finding } from "../../errors/finding.ts";
import { isJsonObject } from "../../manifest/json.ts";
import type { Json } from "../../manifest/manifest.ts";
import { readYaml, type YamlDocument } from "../../manifest/yaml.ts";

/** References of a values.schema.json that Helm would fetch from a file or from the network. */
export function checkValuesSchema(text: string, file: string): Finding[] {
  return [...readYaml(text, file)].flatMap((document) => [...remoteReferences(document.value ?? null, [], document)]);
}

function* remoteReferences(
  value: Json,
  path: readonly (string | number)[],
  document: YamlDocument,
): Generator<Finding> {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries())
      yield* remoteReferences(item, [...path, index], document);
  } else if (isJsonObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (typeof inner === "string" && isFetched(key, inner)) {
        const message = `The schema refers to ${JSON.stringify(inner.slice(0, 120))}, which is not in this file.`;
        const fix = "Copy what it refers to into the schema, under $defs.";
        yield errorFinding("URL_SCHEME_DENIED", message, fix, document.locate([...path, key]));
      }
      yield* remoteReferences(inner, [...path, key], document);
    }
  }
}

function isFetched(key: string, reference: string): boolean {
  if (key === "$ref" || key === "$dynamicRef") return !reference.startsWith("#");
  return key === "$schema" && !/^https?:\/\/json-schema\.org\//.test(reference);
}
