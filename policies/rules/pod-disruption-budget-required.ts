import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { autoscalers, leastReplicas } from "../autoscalers.ts";
import { selects } from "../label-selector.ts";
import { stackRule } from "../rule.ts";
import { kindOf, placeOf, podLabels, runningPods, titleOf } from "../stack.ts";
import type { Subject } from "../subject.ts";

const replicated = new Set(["Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController"]);

export const podDisruptionBudgetRequired = stackRule({
  name: "pod-disruption-budget-required",
  description:
    "Workloads of several replicas have a PodDisruptionBudget that lets nodes be drained, but not all at once.",
  remediation: "Add a PodDisruptionBudget that selects the workload's pods, with maxUnavailable of at least 1.",
  severity: "medium",
  level: "disabled",
  links: ["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
  settings: z.strictObject({
    minimumReplicas: z.int().min(1).default(2).describe("Workloads with at least so many replicas need a budget."),
  }),
  check: (subjects, { minimumReplicas }) => {
    const budgets = Map.groupBy(
      subjects.filter((subject) => kindOf(subject) === "PodDisruptionBudget.policy"),
      placeOf,
    );
    const scalers = autoscalers(subjects);
    return subjects.flatMap((subject) => {
      if (!replicated.has(kindOf(subject))) return [];
      const replicas = leastReplicas(subject, scalers);
      if (replicas < minimumReplicas) return [];
      return runningPods(subject).flatMap((pod) => {
        const labels = podLabels(subject, pod);
        const selecting = (budgets.get(placeOf(subject)) ?? []).filter(({ object }) =>
          selects(record(object["spec"])["selector"], labels),
        );
        const path = [...pod.metadataPath, "labels"];
        return judge(selecting, replicas).map((violation) => ({ subject, path, ...violation }));
      });
    });
  },
});

/** What is wrong with the budgets of one workload. */
function judge(budgets: readonly Subject[], replicas: number): readonly Violation[] {
  const [budget, ...others] = budgets;
  if (budget === undefined) {
    return [{ message: `no PodDisruptionBudget selects its pods, of which there are ${replicas}`, control: "missing" }];
  }
  const names = budgets.map((each) => JSON.stringify(titleOf(each)));
  if (others.length > 0) {
    const message = `several PodDisruptionBudgets select its pods (${names.join(", ")}), so none can be evicted`;
    return [{ message, control: "several" }];
  }
  const spec = record(budget.object["spec"]);
  if (!blocksAll(spec, replicas)) return [];
  const [field, value] =
    spec["maxUnavailable"] === undefined
      ? ["minAvailable", spec["minAvailable"]]
      : ["maxUnavailable", spec["maxUnavailable"]];
  const message = `the PodDisruptionBudget ${names.join("")} lets none of ${replicas} pods go: its ${field} is ${JSON.stringify(value)}`;
  return [{ message, control: "blocking" }];
}

function blocksAll({ maxUnavailable, minAvailable }: JsonObject, replicas: number): boolean {
  if (maxUnavailable !== undefined) return amount(maxUnavailable, replicas) === 0;
  return minAvailable !== undefined && amount(minAvailable, replicas) >= replicas;
}

/** A count, or a percentage of the replicas, which Kubernetes rounds up. What is neither counts as none. */
function amount(value: Json, replicas: number): number {
  if (typeof value === "number") return value;
  const percent = typeof value === "string" ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  return percent === undefined ? 0 : Math.ceil((replicas * Number(percent)) / 100);
}
