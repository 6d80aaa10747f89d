import { isJsonObject, isList } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { podSpecs } from "../core/manifest/pods.ts";

/** One container of an object that makes pods. */
export interface Container {
  /** How messages call it: `container "web"`, `init container "migrate"`. */
  readonly label: string;
  readonly role: "container" | "init container" | "ephemeral container";
  /** The container as the object holds it. */
  readonly spec: JsonObject;
  /** The pod that it belongs to. */
  readonly pod: JsonObject;
}

const roles = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;

/**
 * Every container of an object, whatever its kind: pods, templates of pods, and what holds such a template where the
 * built-in workloads hold theirs, custom kinds included.
 */
export function containersOf(object: JsonObject): readonly Container[] {
  return podSpecs(object).flatMap((pod) =>
    roles.flatMap(([field, role]) => {
      const list = pod[field];
      const specs = isList(list) ? list.filter(isJsonObject) : [];
      return specs.map((spec, index) => ({ label: label(role, spec, index), role, spec, pod }));
    }),
  );
}

function label(role: Container["role"], spec: JsonObject, index: number): string {
  const name = spec["name"];
  return `${role} ${typeof name === "string" ? JSON.stringify(name) : `number ${index + 1}`}`;
}
