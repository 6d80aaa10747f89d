import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import type { LiveTenant } from "../../live/tenants.ts";
import type { LiveCluster } from "../tenants/live.ts";
import type { FoundViolations } from "../tenants/violations.ts";
import { columns } from "./columns.ts";
import { findingLines } from "./findings.ts";
import { span, type Line } from "./line.ts";

/** Everything that `driftless tenants` found out. */
export interface TenantsOverview {
  readonly spec: EnvironmentSpec;
  readonly clusters: readonly LiveCluster[];
  readonly violations: FoundViolations;
}

/** What `--json` prints of each tenant. */
export function tenantsField({ spec, clusters, violations }: TenantsOverview) {
  return Object.entries(spec.tenants).map(([name, { namespaces, access, deployAs }]) => ({
    name,
    owners: [...access.admin],
    namespaces: [...namespaces],
    applications: applicationsOf(spec, name),
    deployAs,
    violations: violations.byTenant.get(name) ?? { mandatory: 0, advisory: 0 },
    clusters: on(clusters, name, spec).map(({ cluster, live, reasons }) =>
      live === undefined
        ? { cluster, reachable: false, reasons }
        : { cluster, reachable: true, deployer: deployerField(live), namespaces: live.namespaces },
    ),
  }));
}

/** The same for people: a tenant, then a line for each of its namespaces on each of its clusters. */
export function tenantsLines(overview: TenantsOverview): readonly Line[] {
  const { spec, clusters, violations } = overview;
  const rows = Object.keys(spec.tenants).flatMap((name) => [head(overview, name), ...below(overview, name)]);
  const unread = clusters.flatMap((each) => ("findings" in each ? each.findings : []));
  const findings = [...violations.findings, ...unread];
  return [
    ...(rows.length === 0 ? [[`${spec.name} has no tenants.`]] : columns(rows)),
    ...(findings.length === 0 ? [] : [[], ...findingLines(findings)]),
  ];
}

function head({ spec, violations }: TenantsOverview, name: string): Line[] {
  const { mandatory, advisory } = violations.byTenant.get(name) ?? { mandatory: 0, advisory: 0 };
  const owners = spec.tenants[name]?.access.admin ?? [];
  const applications = applicationsOf(spec, name);
  const broken = [
    ...(mandatory === 0 ? [] : [span("bad", `${mandatory} ${mandatory === 1 ? "violation" : "violations"}`)]),
    ...(mandatory > 0 && advisory > 0 ? [", "] : []),
    ...(advisory === 0 ? [] : [span("update", `${advisory} advisory`)]),
  ];
  return [
    [span("strong", name)],
    [owners.length === 0 ? "nobody owns it" : owners.join(", ")],
    [applications.length === 0 ? "no applications" : applications.join(", ")],
    broken.length === 0 ? [span("good", "no violations")] : broken,
  ];
}

function below({ spec, clusters }: TenantsOverview, name: string): Line[][] {
  return on(clusters, name, spec).flatMap(({ cluster, live }) => {
    if (live === undefined) return [[[`  ${cluster}`], [span("bad", "could not be read")]]];
    return live.namespaces.map((namespace, at): Line[] => [
      [`  ${cluster}/${namespace.name}`],
      at === 0 ? [deployerText(live)] : [],
      namespace.exists ? [quotaText(namespace.quota)] : [span("bad", "is not there yet, or is not the tenant's")],
    ]);
  });
}

function deployerText({ missingRights }: LiveTenant): Line[number] {
  if (missingRights === undefined) return "deploys as the environment";
  const [first] = missingRights;
  if (first === undefined) return span("good", "deployer ok");
  const more = missingRights.length > 1 ? ` and ${missingRights.length - 1} more` : "";
  return span("bad", `deployer may not create ${first}${more}`);
}

function deployerField({ missingRights }: LiveTenant) {
  if (missingRights === undefined) return { state: "environment" };
  return missingRights.length === 0 ? { state: "ok" } : { state: "denied", missing: missingRights };
}

function quotaText(quota: LiveTenant["namespaces"][number]["quota"]): string {
  const parts = Object.entries(quota).map(([resource, { used, hard }]) => `${resource} ${used} of ${hard}`);
  return parts.length === 0 ? "no quota" : parts.join(", ");
}

/** The clusters of a tenant in the order of the document, with what each says of it. */
function on(clusters: readonly LiveCluster[], name: string, spec: EnvironmentSpec) {
  return clusters
    .filter(({ cluster }) => spec.tenants[name]?.clusters.includes(cluster) === true)
    .map((each) => ({
      cluster: each.cluster,
      live: "tenants" in each ? each.tenants.find((tenant) => tenant.name === name) : undefined,
      reasons: "findings" in each ? each.findings.map(({ code, message }) => ({ code, message })) : [],
    }));
}

function applicationsOf({ applications }: EnvironmentSpec, tenant: string): readonly string[] {
  return Object.keys(applications)
    .filter((name) => applications[name]?.tenant === tenant)
    .sort();
}
