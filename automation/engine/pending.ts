import { z } from "zod";
import { asText } from "./text.ts";
import { objectOfUrn, parseUrn } from "../../core/plan/identity.ts";
import { managedBy, ownerAnnotations } from "../../core/plan/ownership.ts";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";

/** An operation that the engine had begun and not ended when it died. */
export interface PendingOperation {
  readonly type: "creating" | "updating" | "deleting" | "reading" | "importing";
  readonly urn: string;
  /** The resource as it was to be. */
  readonly resource: JsonObject;
}

const pendingSchema = z.object({
  pending_operations: z
    .array(
      z.looseObject({
        type: z.enum(["creating", "updating", "deleting", "reading", "importing"]),
        resource: z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
      }),
    )
    .nullish(),
});

/** Operations that a deployment holds as pending. */
export function pendingOperations(deployment: JsonObject): readonly PendingOperation[] {
  const { pending_operations: operations } = pendingSchema.parse(deployment);
  return (operations ?? []).map(({ type, resource }) => ({ type, urn: asText(resource["urn"]), resource }));
}

/** Kubernetes objects whose creation was cut short: they may or may not exist. */
export function pendingObjects(operations: readonly PendingOperation[]): readonly PendingOperation[] {
  return operations.filter(({ type, urn }) => type === "creating" && objectOfUrn(urn) !== undefined);
}

/**
 * Resources whose creation was cut short and that may exist where nobody can look by name: anything but Kubernetes objects
 * and what lives in the state alone.
 */
export function pendingUnknown(operations: readonly PendingOperation[]): readonly PendingOperation[] {
  return operations.filter(({ type, urn }) => {
    const own = parseUrn(urn)?.type ?? "";
    return type === "creating" && objectOfUrn(urn) === undefined && !/^(pulumi|driftless):/.test(own);
  });
}

/** True if a live object carries the metadata that Driftless writes for this environment. */
export function isOurs(live: JsonObject, environment: string): boolean {
  const metadata = record(live["metadata"]);
  return (
    record(metadata["labels"])[managedBy.label] === managedBy.value &&
    record(metadata["annotations"])[ownerAnnotations.environment] === environment
  );
}

/**
 * The resource as the state would hold it had the engine lived to write it. Its outputs are made of its own inputs, in
 * which secrets are encrypted, and of what the cluster adds; the provider finds an object by them when it deletes it.
 */
export function adopt(operation: PendingOperation, live: JsonObject): JsonObject {
  const { resource } = operation;
  const inputs = record(resource["inputs"]);
  const [meta, given] = [record(live["metadata"]), record(inputs["metadata"])];
  const { namespace, name } = meta;
  const manager = fieldManager(meta["managedFields"]);
  const added = pick(meta, ["uid", "resourceVersion", "creationTimestamp"]);
  return {
    ...resource,
    id: [namespace, name]
      .map(asText)
      .filter((part) => part !== "")
      .join("/"),
    outputs: {
      ...inputs,
      metadata: { ...given, ...added },
      __inputs: inputs,
      __initialApiVersion: asText(live["apiVersion"]),
      ...(manager === undefined ? {} : { __fieldManager: manager }),
    },
  };
}

/** The deployment with the adopted resources in it and nothing pending. */
export function settle(deployment: JsonObject, adopted: readonly JsonObject[]): JsonObject {
  const resources = deployment["resources"];
  const known = Array.isArray(resources) ? (resources as readonly Json[]) : [];
  const urns = new Set(known.map((resource) => record(resource)["urn"]));
  const missing = adopted.filter((resource) => !urns.has(resource["urn"]));
  const rest = Object.entries(deployment).filter(([key]) => key !== "pending_operations");
  return { ...Object.fromEntries(rest), resources: [...known, ...missing] };
}

/** The name under which the provider applied the object: it has to go on under the same one. */
function fieldManager(fields: Json | undefined): string | undefined {
  const managers = (Array.isArray(fields) ? (fields as readonly Json[]) : []).map(record);
  const ours = managers.find(
    ({ manager, operation }) => operation === "Apply" && asText(manager).startsWith("pulumi-kubernetes"),
  );
  return typeof ours?.["manager"] === "string" ? ours["manager"] : undefined;
}

function pick(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const item = value[key];
      return item === undefined ? [] : [[key, item] as const];
    }),
  );
}
