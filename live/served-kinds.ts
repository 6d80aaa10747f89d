import { record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { objectsOf } from "./json.ts";

/** A kind of a cluster, in the version that its group prefers. */
export interface ServedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Asks for everything that is served below a root in one answer (Kubernetes 1.27 or newer). */
export const aggregatedDiscovery = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/** Kinds whose objects anybody can list and delete, out of such an answer; each once. Undefined for any other answer. */
export function deletableKinds(answer: JsonObject): readonly ServedKind[] | undefined {
  if (answer["kind"] !== "APIGroupDiscoveryList") return undefined;
  const kinds = new Map<string, ServedKind>();
  for (const group of objectsOf(answer["items"])) {
    const name = record(group["metadata"])["name"];
    const groupName = typeof name === "string" ? name : "";
    // In the order in which the server prefers them.
    for (const { version, resources } of objectsOf(group["versions"])) {
      if (typeof version !== "string") continue;
      const apiVersion = groupName === "" ? version : `${groupName}/${version}`;
      for (const resource of objectsOf(resources)) {
        const { kind } = record(resource["responseKind"]);
        const { verbs } = resource;
        if (typeof kind !== "string" || !Array.isArray(verbs)) continue;
        if (!verbs.includes("list") || !verbs.includes("delete")) continue;
        const key = `${groupName}/${kind}`;
        if (!kinds.has(key)) kinds.set(key, { apiVersion, kind });
      }
    }
  }
  return [...kinds.values()];
}
