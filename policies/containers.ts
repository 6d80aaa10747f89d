import { isJsonObject, isList } from "../core/manifest/json.ts";
import type { JsonObject, Path } from "../core/manifest/manifest.ts";
import { podsOf, type PodTemplate } from "../core/manifest/pods.ts";

/** One container of an object that makes pods. */
export interface Container {
  /** How messages call it: `container "web"`, `init container "migrate"`. */
  readonly label: string;
  readonly role: "container" | "init container" | "ephemeral container";
  /** The container as the object holds it. */
  readonly spec: JsonObject;
  readonly path: Path;
  /** The pod that it belongs to. */
  readonly pod: PodTemplate;
}

const roles = [
  ["containers", "container"],
  ["initContainers", "init container"],
  ["ephemeralContainers", "ephemeral container"],
] as const;

/** Every container of the pods that an object makes. */
export function containersOf(object: JsonObject): readonly Container[] {
  return podsOf(object).flatMap((pod) => containersOfPod(pod));
}

/** Every container of a pod. */
export function containersOfPod(pod: PodTemplate): readonly Container[] {
  return roles.flatMap(([field, role]) => {
    const list = pod.spec[field];
    if (!isList(list)) return [];
    return list.flatMap((value, index): readonly Container[] => {
      // Kubernetes reads null as a container that says nothing.
      const spec = value ?? {};
      if (!isJsonObject(spec)) return [];
      return [{ label: label(role, spec, index), role, spec, path: [...pod.path, field, index], pod }];
    });
  });
}

function label(role: Container["role"], spec: JsonObject, index: number): string {
  const name = spec["name"];
  return `${role} ${typeof name === "string" ? JSON.stringify(name) : `number ${index + 1}`}`;
}
