import { z } from "zod";
import { amountOf, containersWithResources } from "../resources.ts";
import { objectRule } from "../rule.ts";

export const resourceRequestsRequired = objectRule({
  name: "resource-requests-required",
  description: "Every container says what it needs, so that the scheduler finds a node that has it.",
  remediation: "Set resources.requests of the container, or of its pod.",
  severity: "medium",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
  settings: z.strictObject({
    resources: z.array(z.string()).default(["cpu", "memory"]).describe("Resources that need a request."),
    explicit: z
      .boolean()
      .default(false)
      .describe("Whether a limit is not enough. Kubernetes takes the limit for a request that is missing."),
  }),
  check: ({ object }, { resources, explicit }) => {
    const parts = explicit ? (["requests"] as const) : (["requests", "limits"] as const);
    return containersWithResources(object).flatMap(({ label, spec, pod, path }) => {
      const missing = resources.filter((resource) =>
        [spec, pod.spec].every((holder) => parts.every((part) => amountOf(holder, part, resource) === undefined)),
      );
      if (missing.length === 0) return [];
      return [{ message: `${label} has no request for ${missing.join(" and ")}`, path: [...path, "resources"] }];
    });
  },
});
