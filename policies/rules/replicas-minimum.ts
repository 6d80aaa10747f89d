import { z } from "zod";
import { autoscalers, leastReplicas } from "../autoscalers.ts";
import { stackRule } from "../rule.ts";

export const replicasMinimum = stackRule({
  name: "replicas-minimum",
  description: "Workloads run more than one pod, so that they outlive the loss of a node.",
  remediation: "Raise spec.replicas, or minReplicas of the HorizontalPodAutoscaler that scales it.",
  severity: "medium",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/workloads/pods/disruptions/"],
  settings: z.strictObject({
    minimum: z.int().min(1).default(2).describe("The least number of pods."),
    kinds: z.array(z.string()).default(["Deployment", "StatefulSet"]).describe("Kinds of workloads that need it."),
  }),
  check: (subjects, { minimum, kinds }) => {
    const scalers = autoscalers(subjects);
    return subjects.flatMap((subject) => {
      const { kind } = subject.object;
      if (typeof kind !== "string" || !kinds.includes(kind)) return [];
      const least = leastReplicas(subject, scalers);
      if (least >= minimum) return [];
      const message = `it may run on ${least} ${least === 1 ? "pod" : "pods"}, less than ${minimum}`;
      return [{ subject, message, path: ["spec", "replicas"] }];
    });
  },
});
