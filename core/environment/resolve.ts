import { failure } from "../errors/error.ts";
import { chosenClusters, isMatch } from "./cluster-choice.ts";
import { matchTitle } from "./cluster-match.ts";
import type { SetMember } from "./fan-out/expand-set.ts";
import type { Path } from "./node.ts";
import type { Json } from "../manifest/manifest.ts";
import { clusterNames } from "./schema/cluster-choice.ts";
import type { EnvironmentDocument } from "./schema/index.ts";
import type { ApplicationSpec, ClusterSpec, EnvironmentSpec, TenantSpec } from "./spec.ts";

/** Fills in what a document leaves to what it refers to: environment → tenant → application. */
export function resolve(
  document: EnvironmentDocument,
  members: ReadonlyMap<string, SetMember> = new Map(),
): EnvironmentSpec {
  const clusters = Object.keys(document.clusters);
  const tenants = mapValues(document.tenants, (tenant): TenantSpec => ({
    ...tenant,
    clusters: tenant.clusters === undefined ? clusters : chosenClusters(tenant.clusters, document.clusters, clusters),
  }));
  return {
    name: document.metadata.name,
    source: document.source,
    clusters: mapValues(document.clusters, (cluster, name) => resolveCluster(document.metadata.name, name, cluster)),
    tenants,
    applications: mapValues(document.applications, (application, name) =>
      resolveApplication(name, application, tenants[application.tenant], document),
    ),
    addons: document.addons,
    applicationSets: document.applicationSets,
    members: Object.fromEntries(members),
    policy: document.policy,
    healthChecks: document.healthChecks,
    safety: document.safety,
    approvals: document.approvals,
    delivery: document.delivery,
    rollout: document.rollout,
    drift: document.drift,
    forges: document.forges,
    promotion: document.promotion,
    imageUpdates: document.imageUpdates,
  };
}

/** Where a value comes from that neither a file nor a default of the schema gave. */
export interface Inheritance {
  readonly from: Path;
  /** What the rule is, as a person would say it. */
  readonly rule: string;
}

/** The rules that `resolve` follows, as data for `explain`: undefined if a path follows none. */
export function inheritanceOf(spec: EnvironmentSpec, path: Path): Inheritance | undefined {
  const [section, name, ...rest] = path.map(String);
  const field = rest.join(".");
  if (section === "tenants" && field === "clusters") return { from: ["clusters"], rule: "all clusters" };
  if (section === "clusters" && field === "eks.name") {
    return { from: ["metadata", "name"], rule: "the environment's name and the cluster's" };
  }
  if (section === "clusters" && name !== undefined && field === "kubernetes.version") {
    return { from: ["clusters", name, "eks", "version"], rule: "the version of the control plane" };
  }
  const application = section === "applications" && name !== undefined ? spec.applications[name] : undefined;
  if (application === undefined) return undefined;
  const tenant = ["tenants", application.tenant];
  switch (field) {
    case "clusters":
      return { from: [...tenant, "clusters"], rule: "the tenant's clusters" };
    case "rollout":
      return spec.rollout.length === 0 ? undefined : { from: ["rollout"], rule: "the environment's steps" };
    case "namespace":
      return { from: [...tenant, "namespaces", 0], rule: "the tenant's first namespace" };
    case "helm.release":
      return { from: path.slice(0, 2), rule: "the application's name" };
    case "drift.ignore":
      return spec.drift.ignore.length === 0
        ? undefined
        : { from: ["drift", "ignore"], rule: "the environment's rules" };
    case "drift.heal":
    case "drift.healLimit":
    case "drift.healLimit.times":
    case "drift.healLimit.per":
      return { from: rest, rule: "as in the environment" };
    default:
      return undefined;
  }
}

/** A cluster that is made has a name at AWS that tells whose it is, and by which it is found without the state. */
function resolveCluster(
  environment: string,
  name: string,
  cluster: EnvironmentDocument["clusters"][string],
): ClusterSpec {
  if (!("eks" in cluster)) return cluster;
  const { eks } = cluster;
  if ("existing" in eks) return { ...cluster, eks };
  return {
    ...cluster,
    eks: { ...eks, name: eks.name ?? `${environment}-${name}` },
    kubernetes: { apiVersions: [], ...cluster.kubernetes, version: cluster.kubernetes?.version ?? eks.version },
  };
}

/** The labels that chose the clusters at a path, in words; undefined if they were not chosen by labels. */
export function matchAt(document: Json, path: Path): string | undefined {
  if (path.at(-1) !== "clusters") return undefined;
  const parsed = clusterNames.safeParse(document);
  return parsed.success && isMatch(parsed.data) ? matchTitle(parsed.data.match) : undefined;
}

function resolveApplication(
  name: string,
  application: EnvironmentDocument["applications"][string],
  tenant: TenantSpec | undefined,
  { clusters, rollout, drift: inherited }: Pick<EnvironmentDocument, "clusters" | "rollout" | "drift">,
): ApplicationSpec {
  const namespace = application.namespace ?? tenant?.namespaces[0];
  if (tenant === undefined || namespace === undefined) {
    throw failure("INTERNAL", "An application was resolved before its tenant was checked.", "Report this as a bug.");
  }
  const helm = application.helm === undefined ? {} : { helm: { release: name, ...application.helm } };
  const own = application.drift;
  const drift = {
    ignore: [...inherited.ignore, ...own.ignore],
    heal: own.heal ?? inherited.heal,
    healLimit: own.healLimit ?? inherited.healLimit,
  };
  const choice = application.clusters;
  return {
    ...{ ...application, ...helm, drift, namespace },
    rollout: application.rollout ?? rollout,
    clusters: choice === undefined ? tenant.clusters : chosenClusters(choice, clusters, tenant.clusters),
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
