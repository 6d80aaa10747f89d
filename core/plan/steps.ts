import { stepOwner } from "./step-name.ts";
import { lanesOf, type Lane } from "./lanes.ts";
import type { ApplicationPlan } from "./plan.ts";

/** Clusters of an application that are updated together: all, one step of a rollout or a part of it, or one of an add-on. */
export interface PlannedStep extends Lane {
  /** Where it runs, and where it would if that could be reached. */
  readonly clusters: readonly string[];
  /** Seconds that the objects of one wave may take to become healthy. */
  readonly timeoutSeconds: number;
  /** Seconds for which everything must stay healthy before the next one begins. Default: 0. */
  readonly pauseSeconds?: number;
}

/** The steps of an application, in order: one unless it has a rollout. Those of an add-on are side by side. */
export function stepsOf(plan: ApplicationPlan): readonly PlannedStep[] {
  const { name, rollout = [], timeoutSeconds, timeouts = {} } = plan;
  const owner = `application/${name}`;
  const title = `application ${name}`;
  const longest = (clusters: readonly string[]): number => {
    const seconds = clusters.map((cluster) => timeouts[cluster] ?? timeoutSeconds);
    return seconds.length === 0 ? timeoutSeconds : Math.max(...seconds);
  };
  if (plan.addon === true) {
    return lanesOf(plan).map((lane) => {
      const clusters = lane.cluster === undefined ? plan.clusters : [lane.cluster];
      return { ...lane, clusters, timeoutSeconds: longest(clusters) };
    });
  }
  const steps = rollout.map(({ clusters, pauseSeconds }, at): PlannedStep => {
    const here = new Set(clusters);
    return {
      owner: stepOwner(owner, at + 1),
      title: `${title}: step ${at + 1} of ${rollout.length} (${clusters.join(", ")})`,
      clusters,
      objects: plan.objects.filter(({ cluster }) => here.has(cluster)),
      hooks: plan.hooks.filter(({ cluster }) => here.has(cluster)),
      timeoutSeconds: longest(clusters),
      ...(pauseSeconds === undefined ? {} : { pauseSeconds }),
    };
  });
  if (steps.length > 0) return steps;
  const clusters = [...plan.clusters, ...(plan.unreachable ?? [])];
  const { objects, hooks } = plan;
  return [{ owner, title, clusters, objects, hooks, timeoutSeconds: longest(clusters) }];
}
