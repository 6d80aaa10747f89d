import type { JsonObject } from "../../core/manifest/manifest.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";

/** A Role, or another kind, with one rule or none. */
export function role(rule?: JsonObject, kind = "Role"): JsonObject {
  return { apiVersion, kind, metadata: { name: "web" }, ...(rule === undefined ? {} : { rules: [rule] }) };
}

/** A RoleBinding, or another kind, of the ClusterRole view or another role. */
export function binding(
  subjects: readonly JsonObject[],
  roleRef: JsonObject = { kind: "ClusterRole", name: "view" },
  kind = "RoleBinding",
): JsonObject {
  return { apiVersion, kind, metadata: { name: "web" }, roleRef, subjects };
}
