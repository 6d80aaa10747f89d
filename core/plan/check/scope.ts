import type { TenantSpec } from "../../environment/spec.ts";
import { quote } from "../../errors/quote.ts";
import { kindGroup, namespaceOf, type KubernetesObject } from "../../manifest/manifest.ts";
import type { Scope } from "../kinds.ts";
import { adminKinds } from "../deployer.ts";
import { isBuiltIn, scopeOf, type CustomKinds } from "../scope.ts";
import type { Problem } from "./problem.ts";

/** What the objects of one application are measured against. */
export interface ScopeRules {
  /** Name of the tenant. */
  readonly name: string;
  readonly tenant: {
    readonly namespaces: TenantSpec["namespaces"];
    readonly allow: Pick<TenantSpec["allow"], "clusterKinds" | "namespacedKinds">;
    /** Default: as the environment, which may write every built-in kind. */
    readonly deployAs?: TenantSpec["deployAs"];
  };
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string;
  readonly customKinds: CustomKinds;
}

/**
 * Scope of an object for a tenant. Where neither Kubernetes nor the plan knows the kind, the tenant's
 * `allow.namespacedKinds` does; what nobody knows counts as cluster-scoped, so that it needs permission.
 */
function effectiveScope(object: KubernetesObject, rules: ScopeRules): Scope {
  const kind = kindGroup(object);
  const { namespacedKinds, clusterKinds } = rules.tenant.allow;
  const allowed = namespacedKinds.includes(kind) && !clusterKinds.includes(kind) ? "namespaced" : "cluster";
  return scopeOf(kind, rules.customKinds) ?? allowed;
}

/** The object with the namespace that it will live in, as the API server would read it. */
export function placeObject(object: KubernetesObject, rules: ScopeRules): KubernetesObject {
  const { namespace: written, ...metadata } = object.metadata;
  if (effectiveScope(object, rules) === "cluster") return written === undefined ? object : { ...object, metadata };
  if (namespaceOf(object) !== undefined) return object;
  return { ...object, metadata: { ...metadata, namespace: rules.namespace } };
}

/** Whether the tenant may hold this object, already placed. Checked on what was rendered, whatever produced it. */
export function checkScope(object: KubernetesObject, rules: ScopeRules): readonly Problem[] {
  const kind = kindGroup(object);
  const { allow, namespaces, deployAs } = rules.tenant;
  const allowField = (list: string) => `tenants.${rules.name}.allow.${list}`;
  if (effectiveScope(object, rules) === "cluster") {
    if (allow.clusterKinds.includes(kind)) return [];
    const known = scopeOf(kind, rules.customKinds) !== undefined;
    return [
      {
        code: "SCOPE_DENIED",
        message: known
          ? `tenant "${rules.name}" may not hold the cluster-scoped kind ${kind}.`
          : `kind ${kind} is neither built in nor defined in this plan, so it counts as cluster-scoped.`,
        field: "kind",
        fix: known
          ? `Remove it, or add "${kind}" to ${allowField("clusterKinds")}.`
          : `Check its spelling, or add "${kind}" to ${allowField("namespacedKinds")} if it is namespaced.`,
      },
    ];
  }
  const problems: Problem[] = [];
  const isUsual = deployAs === "tenant" ? adminKinds.has(kind) : isBuiltIn(object);
  if (!isUsual && !allow.namespacedKinds.includes(kind)) {
    problems.push({
      code: "SCOPE_DENIED",
      message: `tenant "${rules.name}" may not hold the ${isBuiltIn(object) ? "kind" : "custom kind"} ${kind}.`,
      field: "kind",
      fix: `Remove it, or add "${kind}" to ${allowField("namespacedKinds")}.`,
    });
  }
  const namespace = namespaceOf(object) ?? "";
  if (!namespaces.includes(namespace)) {
    problems.push({
      code: "SCOPE_DENIED",
      message: `namespace ${quote(namespace)} is not one of tenant "${rules.name}" (${namespaces.join(", ")}).`,
      field: "metadata.namespace",
      fix: `Move it to a namespace of the tenant, or add the namespace to tenants.${rules.name}.namespaces.`,
    });
  }
  return problems;
}
