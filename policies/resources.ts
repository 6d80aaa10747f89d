import { record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { quantity } from "../core/manifest/quantity.ts";
import { containersOf, type Container } from "./containers.ts";

/** The amount that a container, or the spec of a pod, sets; undefined for none, and for zero, which is none to Kubernetes. */
export function amountOf(holder: JsonObject, part: "requests" | "limits", resource: string): number | undefined {
  const resources = record(record(holder["resources"])[part]);
  const amount = Object.hasOwn(resources, resource) ? quantity(resources[resource]) : undefined;
  return amount === undefined || amount <= 0 ? undefined : amount;
}

/** The containers that can have resources: Kubernetes accepts none on ephemeral ones. */
export function containersWithResources(object: JsonObject): readonly Container[] {
  return containersOf(object).filter(({ role }) => role !== "ephemeral container");
}
