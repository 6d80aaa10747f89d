import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { stackRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

/** What finds an object of a kind by name: versions may differ between an autoscaler and its target. */
function keyOf(cluster: string, object: JsonObject, target: JsonObject): string {
  const group = (value: Json | undefined) =>
    typeof value === "string" && value.includes("/") ? value.split("/")[0] : "";
  const namespace = record(object["metadata"])["namespace"] ?? "";
  return JSON.stringify([cluster, namespace, group(target["apiVersion"]), target["kind"], target["name"]]);
}

/** The least number of pods that autoscalers keep, by what they scale. */
function autoscaled(
  subjects: readonly Subject[],
): ReadonlyMap<string, { readonly least: Json; readonly title: string }> {
  return new Map(
    subjects.flatMap(({ cluster, object }) => {
      if (object["kind"] !== "HorizontalPodAutoscaler") return [];
      const { scaleTargetRef, minReplicas } = record(object["spec"]);
      const title = `HorizontalPodAutoscaler ${JSON.stringify(record(object["metadata"])["name"] ?? "")}`;
      return [[keyOf(cluster, object, record(scaleTargetRef)), { least: minReplicas ?? 1, title }]];
    }),
  );
}

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
    const scalers = autoscaled(subjects);
    return subjects.flatMap((subject) => {
      const { cluster, object } = subject;
      const { kind, apiVersion } = object;
      if (typeof kind !== "string" || !kinds.includes(kind)) return [];
      const name = record(object["metadata"])["name"];
      const replicas = record(object["spec"])["replicas"] ?? 1;
      // An autoscaler leaves a workload of no replicas alone.
      const scaler =
        replicas === 0 || name === undefined
          ? undefined
          : scalers.get(keyOf(cluster, object, { apiVersion: apiVersion ?? "", kind, name }));
      const least = scaler?.least ?? replicas;
      if (typeof least === "number" && least >= minimum) return [];
      const who = scaler === undefined ? "spec.replicas is" : `${scaler.title} keeps`;
      const message = `${who} ${JSON.stringify(least)}, less than ${minimum}`;
      return [{ subject, message, path: ["spec", "replicas"] }];
    });
  },
});
