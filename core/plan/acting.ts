import type { EnvironmentPlan } from "./plan.ts";

/*
 * Each tenant that acts with its deployer's rights costs a process per cluster. A run in which nothing of a tenant changes
 * can do without: see docs/adr/0018-quiet-tenants.md.
 */

/** An application that is applied with the rights of its tenant's deployer. */
export interface DeployedApplication {
  readonly name: string;
  readonly tenant: string;
  readonly clusters: readonly string[];
  /** See `ApplicationPlan.digest`. */
  readonly digest: string;
}

/** Tenants that act with rights of their own, as `<cluster>/<tenant>`. */
export type ActingTenants = ReadonlySet<string>;

/** Where a tenant acts. */
export function actingAt(cluster: string, tenant: string): string {
  return `${cluster}/${tenant}`;
}

/** Name of the provider of a tenant on a cluster. */
export function tenantProviderName(cluster: string, tenant: string): string {
  return `${actingAt(cluster, tenant)}-provider`;
}

/** The tenant and cluster that a provider is for; undefined for another name. */
export function parseTenantProvider(name: string): { readonly cluster: string; readonly tenant: string } | undefined {
  const [, cluster, tenant] = /^([^/]+)\/([^/]+)-provider$/.exec(name) ?? [];
  return cluster === undefined || tenant === undefined ? undefined : { cluster, tenant };
}

/** The applications of a plan that are applied with the rights of a deployer. */
export function deployedApplications({ applications }: Pick<EnvironmentPlan, "applications">) {
  return applications.flatMap(({ deployer, name, tenant, clusters, digest }): readonly DeployedApplication[] =>
    deployer === undefined ? [] : [{ name, tenant, clusters, digest }],
  );
}

/**
 * Tenants of which something may change.
 * @param passed By application: the digest that it last came up with.
 */
export function actingForPlan(
  applications: readonly DeployedApplication[],
  passed: ReadonlyMap<string, string>,
): ActingTenants {
  const moved = applications.filter(({ name, digest }) => passed.get(name) !== digest);
  return new Set(moved.flatMap(({ tenant, clusters }) => clusters.map((cluster) => actingAt(cluster, tenant))));
}

/** Tenants whose objects are among these; an owner is `application/<name>`. */
export function actingForObjects(
  applications: readonly DeployedApplication[],
  objects: readonly { readonly owner: string; readonly cluster: string }[],
): ActingTenants {
  const tenants = new Map(applications.map(({ name, tenant }) => [`application/${name}`, tenant]));
  return new Set(
    objects.flatMap(({ owner, cluster }) => {
      const tenant = tenants.get(owner);
      return tenant === undefined ? [] : [actingAt(cluster, tenant)];
    }),
  );
}

const nobody = "none";

/** As the program is told; undefined, which it takes for all of them, if they are too many to be told. */
export function formatActing(acting: ActingTenants): string | undefined {
  const text = acting.size === 0 ? nobody : [...acting].join(",");
  // Linux takes 128 KiB for one variable.
  return text.length > 100_000 ? undefined : text;
}

/** What `formatActing` has written; undefined for all tenants. */
export function parseActing(text: string | undefined): ActingTenants | undefined {
  if (text === undefined || text === "") return undefined;
  return new Set(text === nobody ? [] : text.split(","));
}
