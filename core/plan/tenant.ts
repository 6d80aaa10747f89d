import type { TenantSpec } from "../environment/spec.ts";
import type { Json, KubernetesObject } from "../manifest/manifest.ts";
import { deployerAccess, deployerClusterAccess, type TenantName } from "./deployer.ts";
import { compareObjects } from "./order.ts";
import type { CustomKinds } from "./scope.ts";
import { tenantAccess } from "./tenant-access.ts";
import { tenantNetwork } from "./tenant-network.ts";

/** The objects that make a tenant on a cluster, the same on each: in the order in which they are needed. */
export function tenantObjects(name: TenantName, tenant: TenantSpec, custom: CustomKinds): readonly KubernetesObject[] {
  const inNamespaces = tenant.namespaces.flatMap((namespace) => [
    namespaceObject(namespace, tenant),
    ...quota(namespace, tenant),
    ...limits(namespace, tenant),
    ...tenantNetwork(namespace, tenant),
    ...tenantAccess(namespace, tenant),
    ...deployerAccess(namespace, tenant, custom),
  ]);
  return [...inNamespaces, ...deployerClusterAccess(name, tenant, custom)].sort(compareObjects);
}

function namespaceObject(name: string, tenant: TenantSpec): KubernetesObject {
  const labels: Record<string, Json> = {};
  for (const mode of ["enforce", "audit", "warn"]) {
    labels[`pod-security.kubernetes.io/${mode}`] = tenant.podSecurity;
    labels[`pod-security.kubernetes.io/${mode}-version`] = "latest";
  }
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

function quota(namespace: string, tenant: TenantSpec): readonly KubernetesObject[] {
  if (Object.keys(tenant.quota).length === 0) return [];
  return [
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "driftless-quota", namespace },
      spec: { hard: { ...tenant.quota } },
    },
  ];
}

function limits(namespace: string, tenant: TenantSpec): readonly KubernetesObject[] {
  const { default: limit = {}, defaultRequest = {} } = tenant.limits ?? {};
  if (Object.keys(limit).length + Object.keys(defaultRequest).length === 0) return [];
  return [
    {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "driftless-limits", namespace },
      spec: { limits: [{ type: "Container", default: { ...limit }, defaultRequest: { ...defaultRequest } }] },
    },
  ];
}
