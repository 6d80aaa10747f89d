import { z } from "zod";
import { isList, record } from "../../core/manifest/json.ts";
import { selects } from "../label-selector.ts";
import { stackRule } from "../rule.ts";
import { kindOf, placeOf, podLabels, runningPods } from "../stack.ts";
import type { Subject } from "../subject.ts";

const direction = z.enum(["Ingress", "Egress"]);

export const networkPolicyRequired = stackRule({
  name: "network-policy-required",
  description: "At least one NetworkPolicy selects every pod, so that what may reach it is written down.",
  remediation:
    "Put the object into a tenant, whose namespaces deny by default, or add a NetworkPolicy that selects its pods.",
  severity: "high",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
  settings: z.strictObject({
    directions: z.array(direction).default(["Ingress"]).describe("Traffic that has to be governed: Ingress, Egress."),
  }),
  check: (subjects, { directions }) => {
    const policies = subjects.filter((subject) => kindOf(subject) === "NetworkPolicy.networking.k8s.io");
    const byPlace = Map.groupBy(policies, placeOf);
    return subjects.flatMap((subject) =>
      runningPods(subject).flatMap((pod) => {
        // Network policies do not reach pods on the network of their node.
        if (pod.spec["hostNetwork"] === true) return [];
        const labels = podLabels(subject, pod);
        const selecting = (byPlace.get(placeOf(subject)) ?? []).filter(({ object }) =>
          selects(record(record(object["spec"])["podSelector"]), labels),
        );
        const missing = directions.filter((each) => !selecting.some((policy) => governs(policy, each)));
        if (missing.length === 0) return [];
        const message = `no NetworkPolicy of its namespace governs the ${missing.join(" and ").toLowerCase()} of its pods`;
        return [{ subject, message, path: [...pod.metadataPath, "labels"] }];
      }),
    );
  },
});

/** Without `policyTypes`, a policy governs what comes in, and what goes out if it says anything about it. */
function governs({ object }: Subject, direction: "Ingress" | "Egress"): boolean {
  const { policyTypes, egress } = record(object["spec"]);
  if (isList(policyTypes) && policyTypes.length > 0) return policyTypes.includes(direction);
  return direction === "Ingress" || (isList(egress) && egress.length > 0);
}
