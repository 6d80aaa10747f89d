import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import { objectSettings } from "../../core/plan/settings.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedObject } from "../../core/plan/plan.ts";

/** An object on a cluster, `eu` by default. */
export function planned(object: KubernetesObject, cluster = "eu"): PlannedObject {
  return { cluster, wave: 0, object, settings: objectSettings(object), resourceName: resourceName(cluster, object) };
}

/** A ConfigMap in the namespace `payments`. */
export function configMap(name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "payments" }, data: { key: "value" } };
}

/** A Namespace. */
export function namespace(name: string): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

/** An application of the tenant `payments` on the cluster `eu`. */
export function application(
  name: string,
  objects: readonly PlannedObject[],
  dependsOn: readonly string[] = [],
): ApplicationPlan {
  return {
    name,
    tenant: "payments",
    clusters: ["eu"],
    dependsOn,
    renderer: "manifests",
    path: name,
    timeoutSeconds: 90,
    digest: `sha256:${name}`,
    objects,
    hooks: [],
  };
}

/** The environment `dev`: one cluster or these and one tenant with one namespace, and the given applications. */
export function environment(
  applications: readonly ApplicationPlan[],
  clusters: readonly string[] = ["eu"],
): EnvironmentPlan {
  return {
    environment: "dev",
    revision: "0".repeat(40),
    digest: "sha256:plan",
    clusters: clusters.map((name) => ({ name, spec: { local: { name } } })),
    tenants: [
      { name: "payments", clusters, objects: clusters.map((cluster) => planned(namespace("payments"), cluster)) },
    ],
    applications,
    policy: { packs: [], settings: "sha256:0", config: {} },
    healthChecks: [],
  };
}

/** Access to the cluster of `environment`. */
export const clusters = accessTo(["eu"]);

/** Access to clusters. */
export function accessTo(names: readonly string[]): ReadonlyMap<string, { kubeconfig: string; context: string }> {
  return new Map(names.map((name) => [name, { kubeconfig: `kubeconfig of ${name}`, context: name }]));
}
