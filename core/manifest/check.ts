import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { nameHook } from "./hook-name.ts";
import { suggestKind } from "./kind.ts";
import { isJsonObject } from "./json.ts";
import type { Json, JsonObject, KubernetesObject, ObjectMeta } from "./manifest.ts";
import { labelProblem, nameProblem } from "./name.ts";

/** Place of a field of the object being checked. */
type Locate = (path: readonly (string | number)[]) => Place;

/**
 * The object, if it has what every Kubernetes object must have; else everything that is wrong with it.
 * @param isTemplate True if parameters are yet to be put into it: names that hold `${` are not judged.
 */
export function checkObject(
  value: Json,
  locate: Locate,
  isTemplate = false,
): { readonly object: KubernetesObject } | { readonly findings: readonly Finding[] } {
  if (!isJsonObject(value)) {
    const what = Array.isArray(value) ? "a list" : `a ${typeof value}`;
    const message = `A manifest must be a map with apiVersion, kind and metadata, but this is ${what}.`;
    return {
      findings: [errorFinding("SCHEMA_INVALID", message, "Write a Kubernetes object, or move the file.", locate([]))],
    };
  }
  const object = nameHook(value);
  const { apiVersion, kind, metadata } = object;
  const findings = [
    ...checkText("apiVersion", apiVersion, locate),
    ...checkText("kind", kind, locate),
    ...checkKind(kind, locate),
    ...checkMetadata(object, locate).filter(
      ({ code }) => !(isTemplate && code === "NAME_INVALID" && hasReference(metadata)),
    ),
  ];
  const complete = typeof apiVersion === "string" && typeof kind === "string" && isObjectMeta(metadata);
  if (findings.length > 0 || !complete) return { findings };
  return { object: { ...object, apiVersion, kind, metadata } };
}

function hasReference(metadata: Json | undefined): boolean {
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  return [name, namespace].some((text) => typeof text === "string" && text.includes("${"));
}

function checkText(field: string, value: Json | undefined, locate: Locate): Finding[] {
  if (typeof value === "string" && value !== "") return [];
  const place = { ...locate([field]), field };
  return value === undefined || value === null || value === ""
    ? [errorFinding("SCHEMA_INVALID", `The object has no ${field}.`, `Add ${field}.`, place)]
    : [errorFinding("SCHEMA_INVALID", `${field} must be text.`, "Quote the value.", place)];
}

function checkKind(kind: Json | undefined, locate: Locate): Finding[] {
  if (typeof kind !== "string" || !/^[a-z]/.test(kind)) return [];
  const message = `The kind ${quote(kind)} begins with a lower-case letter.`;
  const fix = `Did you mean ${quote(suggestKind(kind))}?`;
  return [errorFinding("SCHEMA_INVALID", message, fix, { ...locate(["kind"]), field: "kind" })];
}

function checkMetadata(object: JsonObject, locate: Locate): Finding[] {
  const { metadata } = object;
  if (metadata === undefined || metadata === null)
    return [errorFinding("SCHEMA_INVALID", "The object has no metadata.", "Add metadata with a name.", locate([]))];
  if (!isJsonObject(metadata)) {
    const place = { ...locate(["metadata"]), field: "metadata" };
    return [errorFinding("SCHEMA_INVALID", "metadata must be a map.", "Write metadata: { name: … }.", place)];
  }
  return [
    ...checkName(object, metadata, locate),
    ...checkNamespace(metadata["namespace"], locate),
    ...checkTextMap("labels", metadata["labels"], locate),
    ...checkTextMap("annotations", metadata["annotations"], locate),
  ];
}

function checkName({ apiVersion, kind }: JsonObject, metadata: JsonObject, locate: Locate): Finding[] {
  const { name, generateName } = metadata;
  if ((name === undefined || name === null) && generateName !== undefined) {
    const place = { ...locate(["metadata", "generateName"]), field: "metadata.generateName" };
    const message =
      "generateName gives the object another name on each run, so it cannot be tracked; only hooks may have it.";
    return [errorFinding("SCHEMA_INVALID", message, "Use metadata.name.", place)];
  }
  const place = { ...locate(["metadata", "name"]), field: "metadata.name" };
  if (typeof name !== "string" || name === "") {
    const missing = name === undefined || name === null || name === "";
    return missing
      ? [errorFinding("SCHEMA_INVALID", "The object has no metadata.name.", "Add metadata.name.", place)]
      : [errorFinding("SCHEMA_INVALID", "metadata.name must be text.", "Quote the value.", place)];
  }
  const problem = nameProblem(
    typeof apiVersion === "string" ? apiVersion : "",
    typeof kind === "string" ? kind : "",
    name,
  );
  if (problem === undefined) return [];
  const message = `Kubernetes does not allow the name ${quote(name)}: ${problem}.`;
  return [errorFinding("NAME_INVALID", message, "Choose another name.", place)];
}

function checkNamespace(namespace: Json | undefined, locate: Locate): Finding[] {
  if (namespace === undefined || namespace === null || namespace === "") return [];
  const place = { ...locate(["metadata", "namespace"]), field: "metadata.namespace" };
  if (typeof namespace !== "string")
    return [errorFinding("SCHEMA_INVALID", "metadata.namespace must be text.", "Quote the value.", place)];
  const problem = labelProblem(namespace);
  if (problem === undefined) return [];
  const message = `Kubernetes does not allow the namespace ${quote(namespace)}: ${problem}.`;
  return [errorFinding("NAME_INVALID", message, "Choose another namespace.", place)];
}

function checkTextMap(field: "labels" | "annotations", value: Json | undefined, locate: Locate): Finding[] {
  if (value === undefined || value === null) return [];
  const path = `metadata.${field}`;
  if (!isJsonObject(value)) {
    const place = { ...locate(["metadata", field]), field: path };
    return [errorFinding("SCHEMA_INVALID", `${path} must be a map.`, "Write key: value pairs.", place)];
  }
  return Object.entries(value)
    .filter(([, text]) => typeof text !== "string" && text !== null)
    .map(([key]) => {
      const place = { ...locate(["metadata", field, key]), field: `${path}[${quote(key)}]` };
      return errorFinding("SCHEMA_INVALID", `Values of ${path} must be text.`, "Quote the value.", place);
    });
}

function isObjectMeta(metadata: Json | undefined): metadata is ObjectMeta {
  return isJsonObject(metadata) && typeof metadata["name"] === "string";
}
