import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { containersOf } from "../pods.ts";
import { objectRule } from "../rule.ts";

/** True if `resources.limits` sets a limit; zero means none to Kubernetes. */
function hasLimit(holder: JsonObject, resource: string): boolean {
  const limit = record(record(holder["resources"])["limits"])[resource];
  return (typeof limit === "string" || typeof limit === "number") && Number.parseFloat(String(limit)) > 0;
}

export const resourceLimitsRequired = objectRule({
  name: "resource-limits-required",
  description: "Every container has limits, so that it cannot starve its neighbours.",
  remediation: "Set resources.limits of the container, or of its pod.",
  severity: "medium",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
  settings: z.strictObject({
    resources: z.array(z.string()).default(["cpu", "memory"]).describe("Resources that need a limit."),
  }),
  check: ({ object }, { resources }) =>
    containersOf(object)
      // Kubernetes accepts no resources on ephemeral containers.
      .filter(({ role }) => role !== "ephemeral container")
      .flatMap(({ label, spec, pod, path }) => {
        const missing = resources.filter((resource) => !hasLimit(spec, resource) && !hasLimit(pod.spec, resource));
        if (missing.length === 0) return [];
        return [{ message: `${label} has no limit for ${missing.join(" and ")}`, path: [...path, "resources"] }];
      }),
});
