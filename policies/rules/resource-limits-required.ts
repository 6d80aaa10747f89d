import { z } from "zod";
import { amountOf, containersWithResources } from "../resources.ts";
import { objectRule } from "../rule.ts";

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
    containersWithResources(object).flatMap(({ label, spec, pod, path }) => {
      const missing = resources.filter((resource) =>
        [spec, pod.spec].every((holder) => amountOf(holder, "limits", resource) === undefined),
      );
      if (missing.length === 0) return [];
      return [{ message: `${label} has no limit for ${missing.join(" and ")}`, path: [...path, "resources"] }];
    }),
});
