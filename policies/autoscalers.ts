import { record } from "../core/manifest/json.ts";
import type { Json } from "../core/manifest/manifest.ts";
import { kindOf, placeOf, titleOf } from "./stack.ts";
import type { Subject } from "./subject.ts";

/** Least replicas that HorizontalPodAutoscalers keep, by what they scale. */
export type Autoscalers = ReadonlyMap<string, number>;

/** The autoscalers of a stack. */
export function autoscalers(subjects: readonly Subject[]): Autoscalers {
  return new Map(
    subjects
      .filter((subject) => kindOf(subject) === "HorizontalPodAutoscaler.autoscaling")
      .map((subject): [string, number] => {
        const { minReplicas, scaleTargetRef } = record(subject.object["spec"]);
        const { apiVersion, kind, name } = record(scaleTargetRef);
        const version = text(apiVersion);
        const group = version.includes("/") ? `.${version.slice(0, version.indexOf("/"))}` : "";
        const target = `${placeOf(subject)}/${text(kind)}${group}/${text(name)}`;
        return [target, typeof minReplicas === "number" ? minReplicas : 1];
      }),
  );
}

/** The number of pods below which a workload does not go by itself. An autoscaler leaves one of no replicas alone. */
export function leastReplicas(subject: Subject, scalers: Autoscalers): number {
  const replicas = record(subject.object["spec"])["replicas"];
  const own = typeof replicas === "number" ? replicas : 1;
  const target = `${placeOf(subject)}/${kindOf(subject)}/${titleOf(subject)}`;
  return own === 0 ? 0 : (scalers.get(target) ?? own);
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
