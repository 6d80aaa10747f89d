import type { ApplicationPlan, PlannedHook, PlannedObject } from "./plan.ts";
import { laneOwner } from "./step-name.ts";

/** A part of an application that is delivered by itself: its waves and hooks wait for nothing of another part. */
export interface Lane {
  /** What its gates are named after: `application/web`, or `application/ingress/on/eu`. */
  readonly owner: string;
  /** Such as `application web`, or `application ingress on eu`. */
  readonly title: string;
  /** The only cluster that it is on; absent: all of the application's. */
  readonly cluster?: string;
  readonly objects: readonly PlannedObject[];
  readonly hooks: readonly PlannedHook[];
}

/** The lanes of an application: one, or one for each cluster of an add-on, which has to come up there and nowhere else. */
export function lanesOf({ name, addon, clusters, objects, hooks }: ApplicationPlan): readonly Lane[] {
  const owner = `application/${name}`;
  const title = `application ${name}`;
  if (addon !== true) return [{ owner, title, objects, hooks }];
  return clusters.map((cluster) => ({
    owner: laneOwner(owner, cluster),
    title: `${title} on ${cluster}`,
    cluster,
    objects: objects.filter((each) => each.cluster === cluster),
    hooks: hooks.filter((each) => each.cluster === cluster),
  }));
}
