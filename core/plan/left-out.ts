import type { ApplicationPlan, EnvironmentPlan } from "./plan.ts";

/**
 * What can be done of a plan while clusters cannot be reached: all of it but what is on them. Its digest is another one, so
 * that nobody takes it for the whole.
 */
export function planWithout(plan: EnvironmentPlan, clusters: ReadonlySet<string>): EnvironmentPlan {
  const missing = plan.clusters.map(({ name }) => name).filter((name) => clusters.has(name));
  if (missing.length === 0) return plan;
  const reached = ({ cluster }: { readonly cluster: string }): boolean => !clusters.has(cluster);
  return {
    ...plan,
    digest: `${plan.digest} without ${missing.join(", ")}`,
    clusters: plan.clusters.filter(({ name }) => !clusters.has(name)),
    tenants: plan.tenants.map((tenant) => ({
      ...tenant,
      clusters: tenant.clusters.filter((name) => !clusters.has(name)),
      objects: tenant.objects.filter(reached),
    })),
    applications: plan.applications.map((application): ApplicationPlan => {
      const unreachable = application.clusters.filter((name) => clusters.has(name));
      if (unreachable.length === 0) return application;
      return {
        ...application,
        unreachable,
        clusters: application.clusters.filter((name) => !clusters.has(name)),
        objects: application.objects.filter(reached),
        hooks: application.hooks.filter(reached),
      };
    }),
  };
}

/** By application: clusters that are not come to, because one of an earlier step cannot be reached. */
export function heldClusters(
  { applications }: Pick<EnvironmentPlan, "applications">,
  clusters: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const held = applications.flatMap(({ name, rollout = [] }) => {
    const stop = rollout.findIndex((batch) => batch.clusters.some((cluster) => clusters.has(cluster)));
    if (stop === -1) return [];
    return [[name, new Set(rollout.slice(stop + 1).flatMap((batch) => batch.clusters))] as const];
  });
  return new Map(held);
}

/** The clusters without which a plan was applied, by the digest that was noted then; undefined for that of another plan. */
export function clustersWithout(
  { digest }: Pick<EnvironmentPlan, "digest">,
  noted: string,
): readonly string[] | undefined {
  if (noted === digest) return [];
  const prefix = `${digest} without `;
  return noted.startsWith(prefix) ? noted.slice(prefix.length).split(", ") : undefined;
}
