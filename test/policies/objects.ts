import type { JsonObject } from "../../core/manifest/manifest.ts";

/** A pod of one container that every rule accepts, with changes to the container. */
export function pod(container: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const limits = { cpu: "100m", memory: "64Mi" };
  const good = { name: "web", image: "nginx:1.27", resources: { limits } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [{ ...good, ...container }], ...spec },
  };
}
