import type { EnvironmentSpec, TenantSpec } from "../environment/spec.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { pluralOf } from "./plural.ts";
import { scopeOf, type CustomKinds } from "./scope.ts";

const rbacGroup = "rbac.authorization.k8s.io";

/** Name of the ServiceAccount, in the tenant's first namespace, that deploys for the tenant, and of its RoleBindings. */
export const deployerName = "driftless-deployer";

/** Of its Role with the kinds that the ClusterRole admin does not hold. */
const kindsName = `${deployerName}-kinds`;

/**
 * Namespaced kinds of Kubernetes that holders of its ClusterRole `admin` may write: read off an API server 1.36 with
 * `kubectl auth can-i --list`. Without the kinds of add-ons, which may aggregate to it.
 */
export const adminKinds: ReadonlySet<string> = new Set([
  ...["ConfigMap", "Event", "PersistentVolumeClaim", "Pod", "ReplicationController", "Secret", "Service"],
  ...["ServiceAccount", "DaemonSet.apps", "Deployment.apps", "ReplicaSet.apps", "StatefulSet.apps"],
  ...["HorizontalPodAutoscaler.autoscaling", "CronJob.batch", "Job.batch", "Lease.coordination.k8s.io"],
  ...["Event.events.k8s.io", "Ingress.networking.k8s.io", "NetworkPolicy.networking.k8s.io"],
  ...["PodDisruptionBudget.policy", `Role.${rbacGroup}`, `RoleBinding.${rbacGroup}`],
  ...["ResourceClaim.resource.k8s.io", "ResourceClaimTemplate.resource.k8s.io"],
]);

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"] as const;

/** Something that the deployer may create, and the rest of `verbs` with it. */
export interface DeployerRight {
  /** Absent: on the whole cluster. */
  readonly namespace?: string;
  /** API group; empty for the core group. */
  readonly group: string;
  /** As in the path of the API: `certificates`. */
  readonly resource: string;
}

/** Who applies what the applications of a tenant hold: nothing but this, so that an API server refuses what is not the tenant's. */
export interface Deployer {
  /** User name of RBAC, which a run takes on. */
  readonly user: string;
  /** At least one in each namespace. The namespaced kinds of the ClusterRole admin are there through one of them. */
  readonly rights: readonly DeployerRight[];
}

/** What names a tenant. */
export interface TenantName {
  readonly environment: EnvironmentSpec["name"];
  readonly name: string;
}

/** The deployer of a tenant; undefined if its applications are applied with the environment's own credentials. */
export function deployerOf(tenant: TenantSpec, custom: CustomKinds): Deployer | undefined {
  const [home] = tenant.namespaces;
  if (tenant.deployAs !== "tenant" || home === undefined) return undefined;
  return {
    user: `system:serviceaccount:${home}:${deployerName}`,
    rights: [
      ...tenant.namespaces.flatMap((namespace) => [
        { namespace, group: "", resource: "configmaps" },
        ...namespacedKinds(tenant, custom).map((kind) => ({ namespace, ...kind })),
      ]),
      ...tenant.allow.clusterKinds.map((kind) => resourceOf(kind, custom)),
    ],
  };
}

/** Its account, and what it may in one namespace. */
export function deployerAccess(
  namespace: string,
  tenant: TenantSpec,
  custom: CustomKinds,
): readonly KubernetesObject[] {
  const [home] = tenant.namespaces;
  if (tenant.deployAs !== "tenant" || home === undefined) return [];
  const subject = { kind: "ServiceAccount", name: deployerName, namespace: home };
  const kinds = namespacedKinds(tenant, custom);
  return [
    ...(namespace === home ? [account(namespace)] : []),
    binding("RoleBinding", { name: deployerName, namespace }, { kind: "ClusterRole", name: "admin" }, subject),
    ...(kinds.length === 0
      ? []
      : [
          role("Role", { name: kindsName, namespace }, kinds),
          binding("RoleBinding", { name: kindsName, namespace }, { kind: "Role", name: kindsName }, subject),
        ]),
  ];
}

/** What it may on the whole cluster. A dot is in no name of an environment or a tenant, so these names are never another's. */
export function deployerClusterAccess(
  { environment, name }: TenantName,
  tenant: TenantSpec,
  custom: CustomKinds,
): readonly KubernetesObject[] {
  const [home] = tenant.namespaces;
  const { clusterKinds } = tenant.allow;
  if (tenant.deployAs !== "tenant" || home === undefined || clusterKinds.length === 0) return [];
  const metadata = { name: `driftless.${environment}.${name}` };
  const subject = { kind: "ServiceAccount", name: deployerName, namespace: home };
  return [
    role(
      "ClusterRole",
      metadata,
      clusterKinds.map((kind) => resourceOf(kind, custom)),
    ),
    binding("ClusterRoleBinding", metadata, { kind: "ClusterRole", name: metadata.name }, subject),
  ];
}

/** Kinds that are not the ClusterRole admin's. A kind that the tenant may hold on the whole cluster is none of them. */
function namespacedKinds({ allow }: TenantSpec, custom: CustomKinds): readonly DeployerRight[] {
  return allow.namespacedKinds
    .filter((kind) => !adminKinds.has(kind) && scopeOf(kind, custom) !== "cluster")
    .map((kind) => resourceOf(kind, custom));
}

/** @param kind `Kind.group`, or `Kind` in the core group. */
function resourceOf(kind: string, custom: CustomKinds): DeployerRight {
  const [name = "", ...group] = kind.split(".");
  return { group: group.join("."), resource: custom.get(kind)?.plural ?? pluralOf(name) };
}

function account(namespace: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: deployerName, namespace },
    // Nobody logs in as it: a run takes on its name.
    automountServiceAccountToken: false,
  };
}

function role(
  kind: "Role" | "ClusterRole",
  metadata: KubernetesObject["metadata"],
  rights: readonly DeployerRight[],
): KubernetesObject {
  const groups = Map.groupBy(rights, ({ group }) => group);
  const rules = [...groups].map(([group, members]) => ({
    apiGroups: [group],
    resources: [...new Set(members.map(({ resource }) => resource))].sort(),
    verbs: [...verbs],
  }));
  return { apiVersion: `${rbacGroup}/v1`, kind, metadata, rules };
}

function binding(
  kind: "RoleBinding" | "ClusterRoleBinding",
  metadata: KubernetesObject["metadata"],
  roleRef: JsonObject,
  subject: JsonObject,
): KubernetesObject {
  const apiVersion = `${rbacGroup}/v1`;
  return { apiVersion, kind, metadata, roleRef: { apiGroup: rbacGroup, ...roleRef }, subjects: [subject] };
}
