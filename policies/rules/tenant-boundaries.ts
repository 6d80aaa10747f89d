import { z } from "zod";
import { checkScope, type ScopeRules } from "../../core/plan/check/scope.ts";
import { customKinds, type CustomKinds } from "../../core/plan/scope.ts";
import { builtInKinds } from "../../core/plan/kinds.ts";
import { isJsonObject, record } from "../../core/manifest/json.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { environmentFacts } from "../../core/policy/facts.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { stackRule } from "../rule.ts";
import { kindOf, titleOf } from "../stack.ts";
import type { Subject } from "../subject.ts";
import { tenantOf, type TenantFacts } from "../tenant.ts";

export const tenantBoundaries = stackRule({
  name: "tenant-boundaries",
  description:
    "Nothing that belongs to a tenant is outside its clusters, its namespaces and the kinds that it may use.",
  remediation: "Move the object to a namespace of the tenant, or widen what the environment document gives the tenant.",
  severity: "critical",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/security/multi-tenancy/"],
  settings: z.strictObject({ environment: environmentFacts.prefault({}) }),
  check: (subjects, { environment }) => {
    const objects = subjects.flatMap((subject) => {
      const object = kubernetesObject(subject);
      return object === undefined ? [] : [{ subject, object }];
    });
    const custom = customKinds(objects.map(({ object }) => ({ object, origin: { path: "" } })));
    return objects.flatMap(({ subject, object }) => {
      const tenant = tenantOf(subject, environment);
      if (tenant === undefined) return [];
      return [
        ...clusterOf(subject, tenant),
        ...(subject.tenant === undefined ? scopeOf(object, tenant, custom) : ownNamespace(subject, object, tenant)),
      ].map((violation) => ({ subject, ...violation }));
    });
  },
});

/** Without a name of ours (plain Pulumi) nobody knows the cluster. */
function clusterOf({ cluster }: Subject, { name, clusters }: TenantFacts): readonly Violation[] {
  if (cluster === "" || clusters.includes(cluster)) return [];
  return [
    {
      message: `the cluster ${JSON.stringify(cluster)} is not one of tenant ${JSON.stringify(name)}`,
      control: "clusters",
    },
  ];
}

/** The plan's own check, on what is really applied. */
function scopeOf(object: KubernetesObject, tenant: TenantFacts, customKinds: CustomKinds): readonly Violation[] {
  const { name, namespaces, clusterKinds, namespacedKinds } = tenant;
  const rules: ScopeRules = {
    ...{ name, namespace: "default", customKinds },
    tenant: { namespaces, allow: { clusterKinds, namespacedKinds } },
  };
  return checkScope(object, rules).map(({ message, field = "" }) => ({
    message: message.replace(/\.$/, ""),
    path: field.split("."),
    control: field === "kind" ? "kinds" : "namespaces",
  }));
}

const clusterRoles = ["ClusterRole.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"];

/** What Driftless writes for a tenant is its Namespaces and what is in them, and the rights of its deployer. */
function ownNamespace(subject: Subject, object: KubernetesObject, tenant: TenantFacts): readonly Violation[] {
  const kind = kindOf(subject);
  if (clusterRoles.includes(kind) && titleOf(subject).endsWith(`.${tenant.name}`)) return [];
  const isNamespace = kind === "Namespace";
  const namespace = isNamespace ? titleOf(subject) : record(object.metadata)["namespace"];
  if (
    (isNamespace || builtInKinds.get(kind) === "namespaced") &&
    typeof namespace === "string" &&
    tenant.namespaces.includes(namespace)
  )
    return [];
  const message = `it is written for tenant ${JSON.stringify(tenant.name)}, but not in a namespace of that tenant`;
  return [{ message, path: ["metadata", isNamespace ? "name" : "namespace"], control: "namespaces" }];
}

/** The object if it is one that a cluster could hold. */
function kubernetesObject({ object, type }: Subject): KubernetesObject | undefined {
  // Nobody may look into a cloud resource in a preview: what is not known yet throws.
  if (!type.startsWith("kubernetes:")) return undefined;
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== "string" || typeof kind !== "string") return undefined;
  if (!isJsonObject(metadata)) return undefined;
  const { name } = metadata;
  return { ...object, apiVersion, kind, metadata: { ...metadata, name: typeof name === "string" ? name : "" } };
}
