import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { isJsonObject, isList, record } from "../manifest/json.ts";

/**
 * How a live object is doing.
 * - `healthy`: does what it is for. - `progressing`: on its way. - `degraded`: will not get there by itself.
 * - `suspended`: stopped on purpose. - `unknown`: cannot be told.
 */
export type HealthStatus = "healthy" | "progressing" | "degraded" | "suspended" | "unknown";

/** A status and why, in one sentence. */
export interface Health {
  readonly status: HealthStatus;
  readonly reason: string;
  /** It is degraded for good: only a change of the object or a new one helps. */
  readonly final?: true;
}

/** Judges a live object of one kind by its spec and status. */
export type HealthCheck = (object: KubernetesObject) => Health;

export const healthy = (reason: string): Health => ({ status: "healthy", reason });
export const progressing = (reason: string): Health => ({ status: "progressing", reason });
export const degraded = (reason: string): Health => ({ status: "degraded", reason });
export const failed = (reason: string): Health => ({ status: "degraded", reason, final: true });
export const suspended = (reason: string): Health => ({ status: "suspended", reason });
export const unknown = (reason: string): Health => ({ status: "unknown", reason });

export const specOf = (object: KubernetesObject): JsonObject => record(object["spec"]);
export const statusOf = (object: KubernetesObject): JsonObject => record(object["status"]);

/** A number, or `fallback` where the API leaves it out. */
export function count(value: Json | undefined, fallback = 0): number {
  return typeof value === "number" ? value : fallback;
}

/** A text, or the empty one. */
export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** A condition of the status: its `status`, `reason` and `message`. */
export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The condition of a type, if the object has it. */
export function condition(object: KubernetesObject, type: string): Condition | undefined {
  const conditions = statusOf(object)["conditions"];
  const found = isList(conditions) ? conditions.filter(isJsonObject).find((item) => item["type"] === type) : undefined;
  if (found === undefined) return undefined;
  return { status: text(found["status"]), reason: text(found["reason"]), message: text(found["message"]) };
}

/** What a condition says, for people. */
export function conditionText({ message, reason }: Condition): string {
  return message || reason || "no reason given";
}

/** True while the controller has not yet seen the current spec. */
export function isOutdated(object: KubernetesObject): boolean {
  const observed = statusOf(object)["observedGeneration"];
  const generation = object.metadata["generation"];
  return typeof generation === "number" && typeof observed === "number" && observed < generation;
}
