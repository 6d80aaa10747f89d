import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import type { Action, FieldChange, ObjectChange } from "../../core/plan/change.ts";
import { cloudOfUrn } from "../../core/plan/cloud.ts";
import { diffObjects, secretMarker } from "../../core/plan/diff.ts";
import { objectOfUrn, ownerOfUrn } from "../../core/plan/identity.ts";
import { ownerAnnotations } from "../../core/plan/ownership.ts";
import { isJsonObject, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, KubernetesObject, Origin } from "../../core/manifest/manifest.ts";

/** What the engine does with one object, its steps put together. */
export type Act = Action | "same";

const acts: Readonly<Record<string, Act>> = {
  same: "same",
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
};
const strength: readonly Act[] = ["same", "create", "adopt", "update", "release", "delete", "replace"];

/** The act that an operation of the engine is part of; undefined for a refresh. */
export function actOfOperation(operation: string): Act | undefined {
  return acts[operation];
}

/** The act that a step is part of; undefined for a refresh and for what is neither an object nor a cloud's resource. */
export function actOf(step: StepEventMetadata): Act | undefined {
  if (objectOfUrn(step.urn) === undefined && cloudOfUrn(step.urn) === undefined) return undefined;
  // The engine forgets what it is told to retain, and calls that a deletion too.
  return step.op === "delete" && step.old?.retainOnDelete === true ? "release" : acts[step.op];
}

/** The act of two steps on the same object: a replacement is one, although it comes as three. */
export function stronger(left: Act | undefined, right: Act): Act {
  return left !== undefined && strength.indexOf(left) > strength.indexOf(right) ? left : right;
}

/** True for the last of the steps that make up an act. */
export function isLast(step: StepEventMetadata): boolean {
  return step.op !== "replace" && step.op !== "delete-replaced";
}

/** The row of a table for a step, without its fields. Undefined for what is neither an object nor a cloud's resource. */
export function toChange(action: Action, step: StepEventMetadata): Omit<ObjectChange, "fields"> | undefined {
  const cloud = cloudOfUrn(step.urn);
  if (cloud !== undefined) return { action, owner: `cluster/${cloud.cluster}`, ...cloud };
  const identity = objectOfUrn(step.urn);
  if (identity === undefined) return undefined;
  const state = step.new ?? step.old;
  const origin = action === "delete" || action === "release" ? undefined : originOf(inputsOf(step.new));
  return {
    action,
    owner: ownerOfUrn(state?.parent ?? "") ?? "environment",
    cluster: identity.cluster,
    kind: identity.kind,
    ...(identity.namespace === undefined ? {} : { namespace: identity.namespace }),
    name: identity.name,
    ...(origin === undefined ? {} : { origin }),
  };
}

/**
 * Fields that a step changes. Old and new inputs say them best; after a refresh the old ones are what the cluster holds.
 * What is secret in the state shows as changed. Nothing else is taken from the provider's own diff: it also names fields
 * that the API server has filled in and nobody changes.
 */
export function fieldsOf(step: Pick<StepEventMetadata, "old" | "new" | "detailedDiff">): readonly FieldChange[] {
  const [before, after] = [asObject(inputsOf(step.old)), asObject(inputsOf(step.new))];
  if (before === undefined || after === undefined) return [];
  const known = diffObjects(before, after);
  const more = Object.keys(step.detailedDiff ?? {}).flatMap((path): readonly FieldChange[] => {
    if (path.startsWith("__") || covered(path, known)) return [];
    const secret = [before, after].some((object) => isSecretAt(object, path));
    return secret ? [{ path, kind: "change", before: secretMarker, after: secretMarker }] : [];
  });
  return [...known, ...more];
}

/** Like `fieldsOf`, for what may be a cloud's resource too. */
export function changedFields(step: StepEventMetadata): readonly FieldChange[] {
  return cloudOfUrn(step.urn) === undefined ? fieldsOf(step) : cloudFields(inputsOf(step.old), inputsOf(step.new));
}

/** Inputs that differ, as the schema of the provider names them. */
function cloudFields(before: JsonObject, after: JsonObject): readonly FieldChange[] {
  if (Object.keys(before).length === 0 || Object.keys(after).length === 0) return [];
  const inField = "spec";
  const wrap = (inputs: JsonObject): KubernetesObject => {
    const own = Object.entries(record(withoutUnknown(inputs))).filter(([name]) => !name.startsWith("__"));
    return { apiVersion: "v1", kind: "Inputs", metadata: { name: "" }, [inField]: Object.fromEntries(own) };
  };
  const fields = diffObjects(wrap(before), wrap(after));
  return fields.map((field) => ({ ...field, path: field.path.slice(inField.length + 1) }));
}

/** `driftless.dev/origin` is a path, perhaps with `#<document>` behind it. */
export function originOf(inputs: JsonObject): Origin | undefined {
  const origin = record(record(inputs["metadata"])["annotations"])[ownerAnnotations.origin];
  return typeof origin === "string" ? { path: origin } : undefined;
}

/** Inputs of a state, with the engine's markers of secrets replaced by ours. */
export function inputsOf(state: { readonly inputs?: unknown } | null | undefined): JsonObject {
  return record(withoutSecrets(toJson(state?.inputs)));
}

/** What the engine writes in a preview for a value that AWS will give. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function withoutUnknown(value: Json): Json {
  if (value === unknownValue) return "known after the update";
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutUnknown);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutUnknown(item)]));
}

/** Signature of a secret that the engine puts in the place of its value. */
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

function withoutSecrets(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  if (Object.values(value).includes(secretSignature)) return secretMarker;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

/** Events are parsed JSON; a missing part is null. */
function toJson(value: unknown): Json {
  return (value ?? null) as Json;
}

function asObject(inputs: JsonObject): KubernetesObject | undefined {
  const { apiVersion, kind, metadata } = inputs;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  const { name } = record(metadata);
  return typeof name === "string"
    ? { ...inputs, apiVersion, kind, metadata: { ...record(metadata), name } }
    : undefined;
}

/** True if a field that is known to differ is at, above or below the path; both write names and positions differently. */
function covered(path: string, known: readonly FieldChange[]): boolean {
  const plain = (text: string): readonly string[] => text.replace(/\[[^\]]*\]/g, "").split(".");
  const wanted = plain(path);
  return known.some((field) => {
    const have = plain(field.path);
    return wanted.slice(0, have.length).every((part, at) => part === have[at]) || field.path.startsWith(path);
  });
}

function isSecretAt(object: JsonObject, path: string): boolean {
  let value: Json | undefined = object;
  for (const part of path.split(".")) {
    if (value === secretMarker) return true;
    value = isJsonObject(value) ? value[part] : undefined;
  }
  return value === secretMarker;
}
