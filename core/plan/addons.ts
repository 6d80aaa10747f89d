import type { ApplicationPlan } from "./plan.ts";

/** The add-ons of a cluster, in the order in which they depend on each other. */
export function addonsOn(applications: readonly ApplicationPlan[], cluster: string): readonly ApplicationPlan[] {
  return applications.filter(({ addon, clusters }) => addon === true && clusters.includes(cluster));
}

/** Names of the add-ons that an application waits for: those on any of its clusters, unless it is one itself. */
export function addonsBefore(
  { addon, clusters }: ApplicationPlan,
  applications: readonly ApplicationPlan[],
): readonly string[] {
  if (addon === true) return [];
  const first = applications.filter((each) => each.addon === true);
  return first.filter((each) => each.clusters.some((cluster) => clusters.includes(cluster))).map(({ name }) => name);
}
