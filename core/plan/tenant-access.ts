import type { TenantSpec } from "../environment/spec.ts";
import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";

const rbacGroup = "rbac.authorization.k8s.io";

/** RBAC of one namespace for people: who gets the ClusterRoles admin, edit and view. */
export function tenantAccess(namespace: string, { access }: TenantSpec): readonly KubernetesObject[] {
  return (["admin", "edit", "view"] as const)
    .filter((role) => access[role].length > 0)
    .map((role) => ({
      apiVersion: `${rbacGroup}/v1`,
      kind: "RoleBinding",
      metadata: { name: `driftless-${role}`, namespace },
      roleRef: { apiGroup: rbacGroup, kind: "ClusterRole", name: role },
      subjects: access[role].map(subject),
    }));
}

/** `group:<name>` or `user:<name>` as RBAC writes it. */
function subject(text: string): JsonObject {
  const colon = text.indexOf(":");
  const kind = text.slice(0, colon) === "group" ? "Group" : "User";
  return { kind, name: text.slice(colon + 1), apiGroup: rbacGroup };
}
