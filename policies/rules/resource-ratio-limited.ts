import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject, Path } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { podsOf } from "../../core/manifest/pods.ts";
import { amountOf, containersWithResources } from "../resources.ts";
import { objectRule } from "../rule.ts";

/** Half of the last digit that messages show: less than that is no difference. */
const tolerance = 0.005;

/** Limits of one container or pod that are further above their requests than allowed. */
function tooFar(label: string, holder: JsonObject, path: Path, ratios: Readonly<Record<string, number>>): Violation[] {
  const { requests, limits } = record(holder["resources"]);
  return Object.entries(ratios).flatMap(([resource, most]) => {
    const limit = amountOf(holder, "limits", resource);
    const request = amountOf(holder, "requests", resource);
    if (limit === undefined || request === undefined || limit / request <= most + tolerance) return [];
    const found = `${JSON.stringify(record(limits)[resource])} against a request of ${JSON.stringify(record(requests)[resource])}`;
    const message = `${label} has a ${resource} limit of ${found}, ${Number((limit / request).toFixed(2))} times as much; ${most} times is allowed`;
    return [{ message, path: [...path, "resources", "limits", resource], control: resource }];
  });
}

export const resourceRatioLimited = objectRule({
  name: "resource-ratio-limited",
  description: "Limits are not far above requests, so that nodes are not promised many times over.",
  remediation: "Raise the request or lower the limit.",
  severity: "low",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/"],
  settings: z.strictObject({
    ratios: z
      .record(z.string(), z.number().min(1))
      .default({ memory: 2 })
      .describe("How many times its request a limit may be, by resource. Those that are not named may be any."),
  }),
  check: ({ object }, { ratios }) => [
    ...containersWithResources(object).flatMap(({ label, spec, path }) => tooFar(label, spec, path, ratios)),
    ...podsOf(object).flatMap(({ spec, path }) => tooFar("the pod", spec, path, ratios)),
  ],
});
