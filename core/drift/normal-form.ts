import { createHash, createHmac } from "node:crypto";
import { canonicalJson, isJsonObject, isList, record } from "../manifest/json.ts";
import { kindGroup, namespaceOf, type Json, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";

/** Metadata that a cluster writes by itself and that says nothing about what an object is for. */
const clusterMetadata: ReadonlySet<string> = new Set([
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

/** Where kubectl keeps a copy of the whole object, values of a Secret included. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Fields that hold what is secret in a Secret. */
const secretFields: ReadonlySet<string> = new Set(["data", "stringData"]);

/** The key by which the engine marks what it has encrypted, and a key that stands for a secret among such values. */
const encryptedMark = "4dabf18193072939515e22adb298388d";

/** True for a Secret: its values are never kept, compared or shown. */
export function isSecret(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return kindGroup(object) === "Secret";
}

/**
 * A live object without what the cluster writes by itself (status, versions, times, managed fields). Of a Secret, each
 * value is a keyed hash.
 * @param secretKey Random text of this stack; needed for a Secret only.
 * @throws RangeError for a Secret without a key.
 */
export function normalForm(live: KubernetesObject, secretKey?: string): JsonObject {
  const normal = withoutClusterFields(live);
  if (!isSecret(live)) return normal;
  if (secretKey === undefined) throw new RangeError("a Secret was compared without the key of its stack");
  return hashValues(normal, (name, value) =>
    keyedHash(secretKey, [namespaceOf(live) ?? "", live.metadata.name, name, canonicalJson(value)]),
  );
}

/**
 * What was asked for, from a resource's inputs in the state: without what the cluster or the provider write, and without
 * what is encrypted. Of a Secret, that is all but its values.
 */
export function normalDesired(inputs: KubernetesObject): JsonObject {
  const normal = withoutEncrypted(withoutClusterFields(inputs));
  if (!isSecret(inputs)) return normal;
  return Object.fromEntries(Object.entries(normal).filter(([field]) => !secretFields.has(field)));
}

/** A short digest of a normal form, the same for the same JSON: 128 bits as 22 characters. */
export function normalDigest(normal: JsonObject): string {
  return short(createHash("sha256").update(canonicalJson(normal)).digest());
}

function withoutClusterFields(object: KubernetesObject): JsonObject {
  const metadata = Object.entries(object.metadata).filter(([field]) => !clusterMetadata.has(field));
  return Object.fromEntries(
    Object.entries(object).flatMap(([field, value]): readonly (readonly [string, Json])[] => {
      if (field === "status" || field.startsWith("__")) return [];
      return [[field, field === "metadata" ? Object.fromEntries(metadata) : value]];
    }),
  );
}

function withoutEncrypted(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): readonly (readonly [string, Json])[] =>
      isEncrypted(item) ? [] : [[key, clean(item)]],
    ),
  );
}

function clean(value: Json): Json {
  if (isList(value)) return value.filter((item) => !isEncrypted(item)).map(clean);
  return isJsonObject(value) ? withoutEncrypted(value) : value;
}

function isEncrypted(value: Json): boolean {
  return isJsonObject(value) && Object.hasOwn(value, encryptedMark);
}

function hashValues(object: JsonObject, hash: (name: string, value: Json) => string): JsonObject {
  const metadata = record(object["metadata"]);
  const annotations = record(metadata["annotations"]);
  const copy = annotations[lastApplied];
  const hidden =
    copy === undefined
      ? {}
      : { metadata: { ...metadata, annotations: { ...annotations, [lastApplied]: hash(lastApplied, copy) } } };
  const hashed = [...secretFields].flatMap((field): readonly (readonly [string, Json])[] => {
    const values = object[field];
    if (!isJsonObject(values)) return values === undefined ? [] : [[field, hash(field, values)]];
    const entries = Object.entries(values).map(([name, value]) => [name, hash(`${field}/${name}`, value)] as const);
    return [[field, Object.fromEntries(entries)]];
  });
  return { ...object, ...hidden, ...Object.fromEntries(hashed) };
}

/** Bound to the place of a value, so that equal values in two places do not look equal. */
function keyedHash(key: string, parts: readonly string[]): string {
  return short(createHmac("sha256", key).update(JSON.stringify(parts)).digest());
}

function short(digest: Buffer): string {
  return digest.subarray(0, 16).toString("base64url");
}
