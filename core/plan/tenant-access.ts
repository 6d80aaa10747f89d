import type { TenantSpec } from "../environment/spec.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";

const rbacGroup = "rbac.authorization.k8s.io";

/** Name of the ServiceAccount, in the tenant's first namespace, that deploys for the tenant, and of its RoleBindings. */
const deployerName = "driftless-deployer";

/** RBAC of one namespace: who gets the ClusterRoles admin, edit and view, and the tenant's deployer. */
export function tenantAccess(namespace: string, tenant: TenantSpec): readonly KubernetesObject[] {
  const home = tenant.namespaces[0] ?? namespace;
  const bindings = (["admin", "edit", "view"] as const)
    .filter((role) => tenant.access[role].length > 0)
    .map((role) => roleBinding(namespace, `driftless-${role}`, role, tenant.access[role].map(subject)));
  const deployer = { kind: "ServiceAccount", name: deployerName, namespace: home };
  return [
    ...(namespace === home
      ? [
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: deployerName, namespace },
            automountServiceAccountToken: false,
          },
        ]
      : []),
    ...bindings,
    roleBinding(namespace, deployerName, "admin", [deployer]),
  ];
}

/** `group:<name>` or `user:<name>` as RBAC writes it. */
function subject(text: string): JsonObject {
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon) === "group" ? "Group" : "User";
  return { kind, name: text.slice(colon + 1), apiGroup: rbacGroup };
}

function roleBinding(
  namespace: string,
  name: string,
  clusterRole: string,
  subjects: readonly JsonObject[],
): KubernetesObject {
  return {
    apiVersion: `${rbacGroup}/v1`,
    kind: "RoleBinding",
    metadata: { name, namespace },
    roleRef: { apiGroup: rbacGroup, kind: "ClusterRole", name: clusterRole },
    subjects,
  };
}
