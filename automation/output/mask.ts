import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { kindGroup } from "../../core/manifest/manifest.ts";
import { secretMarker } from "../../core/plan/diff.ts";
import { isJsonObject, record } from "../../core/manifest/json.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as it may be printed: the values of a Secret, and the copy of them that kubectl makes, are hidden. */
export function maskObject(object: KubernetesObject): KubernetesObject {
  if (kindGroup(object) !== "Secret") return object;
  const annotations = record(object.metadata["annotations"]);
  return {
    ...object,
    ...(object["data"] === undefined ? {} : { data: hideValues(object["data"]) }),
    ...(object["stringData"] === undefined ? {} : { stringData: hideValues(object["stringData"]) }),
    metadata: {
      ...object.metadata,
      ...(lastApplied in annotations ? { annotations: { ...annotations, [lastApplied]: secretMarker } } : {}),
    },
  };
}

function hideValues(values: JsonObject[string]): JsonObject[string] {
  if (!isJsonObject(values)) return secretMarker;
  return Object.fromEntries(Object.keys(values).map((key) => [key, secretMarker]));
}

/** A plan as it may be printed. */
export function maskPlan(plan: EnvironmentPlan): EnvironmentPlan {
  const mask = <T extends { readonly object: KubernetesObject }>(list: readonly T[]): readonly T[] =>
    list.map((item) => ({ ...item, object: maskObject(item.object) }));
  return {
    ...plan,
    tenants: plan.tenants.map((tenant) => ({ ...tenant, objects: mask(tenant.objects) })),
    applications: plan.applications.map((application) => ({
      ...application,
      objects: mask(application.objects),
      hooks: mask(application.hooks),
    })),
  };
}
