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
  /** For a degraded one: how long it may take to recover by itself. Default: 10. 0: never. */
  readonly patienceSeconds?: number;
}

/** Judges a live object of one kind by its spec and status. */
export type HealthCheck = (object: KubernetesObject) => Health;

export const healthy = (reason: string): Health => ({ status: "healthy", reason });
export const progressing = (reason: string): Health => ({ status: "progressing", reason });
export const degraded = (reason: string): Health => ({ status: "degraded", reason });
/** Degraded for good: only a change of the object, or a new one, helps. */
export const failed = (reason: string): Health => ({ status: "degraded", reason, patienceSeconds: 0 });
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

/** The condition of a type, if the object has it and it is about the current spec. */
export function condition(object: KubernetesObject, type: string): Condition | undefined {
  return findCondition(statusOf(object)["conditions"], type, generationOf(object));
}

/** The condition of a type in a list of them; one about an older generation than `generation` does not count. */
export function findCondition(conditions: Json | undefined, type: string, generation = 0): Condition | undefined {
  const found = objectsIn(conditions).find((item) => item["type"] === type);
  if (found === undefined || count(found["observedGeneration"], generation) < generation) return undefined;
  return { status: text(found["status"]), reason: text(found["reason"]), message: text(found["message"]) };
}

/** The JSON objects in a list; none if it is no list. */
export function objectsIn(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.filter(isJsonObject) : [];
}

/** What a condition says, for people. */
export function conditionText({ message, reason }: Condition): string {
  return say(message || reason) || "No reason is given.";
}

/** Most characters of what a controller says that are shown. */
const longest = 400;

/** What a controller says, as a sentence that a terminal can show: short, on one line, nothing in it that acts. */
export function say(message: string): string {
  const line = message.trim().replaceAll(/\s+/g, " ").replaceAll(/\p{C}/gu, "\u{FFFD}");
  const short = line.length > longest ? `${line.slice(0, longest)}…` : line;
  return short === "" || /[.!?…]$/.test(short) ? short : `${short}.`;
}

/** `metadata.generation`: counts the changes of the spec; 0 where there is none. */
export function generationOf(object: KubernetesObject): number {
  return count(object.metadata["generation"]);
}

/** Progressing while the controller has not yet seen the current spec, by `status.observedGeneration` if it has one. */
export function outdated(object: KubernetesObject): Health | undefined {
  const generation = generationOf(object);
  return count(statusOf(object)["observedGeneration"], generation) < generation ? notSeen : undefined;
}

/** Progressing because the controller has not come to the current spec. */
export const notSeen: Health = progressing("Its controller has not seen the latest change yet.");

/** True if one of the conditions of these types is about an older spec. */
export function hasOldCondition(object: KubernetesObject, types: readonly string[]): boolean {
  const generation = generationOf(object);
  return objectsIn(statusOf(object)["conditions"]).some(
    (item) => types.includes(text(item["type"])) && count(item["observedGeneration"], generation) < generation,
  );
}
