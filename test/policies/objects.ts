import type { JsonObject } from "../../core/manifest/manifest.ts";

/** A pod of one container that every rule accepts, with changes to the container. */
export function pod(container: JsonObject = {}, spec: JsonObject = {}): JsonObject {
  const amounts = { cpu: "100m", memory: "64Mi" };
  const probe = { httpGet: { path: "/healthz", port: 8080 } };
  const good = {
    name: "web",
    image: `nginx:1.27@sha256:${"a".repeat(64)}`,
    resources: { requests: amounts, limits: amounts },
    readinessProbe: probe,
    livenessProbe: probe,
  };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [{ ...good, ...container }], ...spec },
  };
}
