import type { EnvironmentSpec } from "../environment/spec.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { claim, type Claims } from "./claims.ts";
import { deployerOf } from "./deployer.ts";
import { resourceName } from "./identity.ts";
import { compareText } from "./order.ts";
import { stampOwner } from "./ownership.ts";
import type { PlannedObject, TenantPlan } from "./plan.ts";
import type { CustomKinds } from "./scope.ts";
import { objectSettings } from "./settings.ts";
import { tenantObjects } from "./tenant.ts";

interface TenantsInput {
  readonly spec: EnvironmentSpec;
  readonly locate: (path: readonly string[]) => Place;
  /** Kinds that the plan itself defines. */
  readonly customKinds: CustomKinds;
}

/** Plans the tenants by name and claims their objects. Two tenants that share a namespace are an error. */
export function planTenants(
  { spec, locate, customKinds }: TenantsInput,
  claims: Claims,
): { readonly tenants: readonly TenantPlan[]; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const tenants = Object.entries(spec.tenants)
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, tenant]): TenantPlan => {
      const objects = tenantObjects({ environment: spec.name, name }, tenant, customKinds).map((object) =>
        stampOwner(object, { environment: spec.name, tenant: name }),
      );
      const clusters = [...tenant.clusters].sort(compareText);
      for (const object of objects) {
        const taken = claim(claims, clusters, object, { tenant: name });
        if (taken === undefined || object.kind !== "Namespace" || !("tenant" in taken)) continue;
        findings.push({
          code: "OWNED_BY_OTHER_APP",
          severity: "error",
          message: `Namespace "${object.metadata.name}" of tenant "${name}" belongs to tenant "${taken.tenant}" too.`,
          place: locate(["tenants", name, "namespaces"]),
          fix: "Give it to one of the two.",
        });
      }
      const deployer = deployerOf(tenant, customKinds);
      return {
        name,
        clusters,
        ...(deployer === undefined ? {} : { deployer }),
        objects: clusters.flatMap((cluster) => objects.map((object) => planned(cluster, object, spec))),
      };
    });
  return { tenants, findings };
}

function planned(cluster: string, object: PlannedObject["object"], { drift }: EnvironmentSpec): PlannedObject {
  const settings = objectSettings(object, { drift });
  return { resourceName: resourceName(cluster, object), cluster, wave: 0, object, settings };
}
