import { groupOf, kindGroup, namespaceOf, type KubernetesObject } from "../core/manifest/manifest.ts";
import { record } from "../core/manifest/json.ts";
import { podNeeds } from "../core/manifest/pods.ts";
import type { PlannedObject } from "../core/plan/plan.ts";

/** Kinds that answer for other objects as soon as they exist, and so must not exist before what stands behind them. */
const gatekeepers = new Set([
  "APIService.apiregistration.k8s.io",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
]);

/**
 * What of the same owner and cluster each object must not be created before: the Namespace that holds it, the definition
 * of its custom kind, and what its pods cannot start without; for a gatekeeper, everything else. The engine has few
 * hands: workloads that wait for pods in all of them would keep it from ever creating what the pods wait for.
 */
export function prerequisites(objects: readonly PlannedObject[]): ReadonlyMap<PlannedObject, readonly PlannedObject[]> {
  const providers = new Map<string, PlannedObject>();
  for (const planned of objects) {
    const provided = provides(planned.object);
    if (provided !== undefined) providers.set(`${planned.cluster} ${provided}`, planned);
  }
  const ordinary = objects.filter(({ object }) => !isGatekeeper(object));
  const needsOf = (planned: PlannedObject): readonly PlannedObject[] => {
    if (isGatekeeper(planned.object)) return ordinary.filter(({ cluster }) => cluster === planned.cluster);
    return requires(planned.object)
      .map((required) => providers.get(`${planned.cluster} ${required}`))
      .filter((provider) => provider !== undefined)
      .filter((provider) => provider !== planned);
  };
  return new Map(objects.map((planned) => [planned, needsOf(planned)]));
}

function isGatekeeper(object: KubernetesObject): boolean {
  return gatekeepers.has(kindGroup(object));
}

/** Kinds that pods cannot start without. */
const podSupplies = new Set(["ServiceAccount", "ConfigMap", "Secret"]);

function provides(object: KubernetesObject): string | undefined {
  if (podSupplies.has(kindGroup(object))) return supply(namespaceOf(object), `${object.kind} ${object.metadata.name}`);
  if (kindGroup(object) === "Namespace") return `Namespace ${object.metadata.name}`;
  if (kindGroup(object) !== "CustomResourceDefinition.apiextensions.k8s.io") return undefined;
  const spec = record(object["spec"]);
  const { group } = spec;
  const { kind } = record(spec["names"]);
  return typeof kind === "string" && typeof group === "string" ? kindKey(kind, group) : undefined;
}

function requires(object: KubernetesObject): readonly string[] {
  const namespace = namespaceOf(object);
  const kind = kindKey(object.kind, groupOf(object.apiVersion));
  const supplies = [...new Set(podNeeds(object))].map((need) => supply(namespace, need));
  return [kind, ...supplies, ...(namespace === undefined ? [] : [`Namespace ${namespace}`])];
}

function supply(namespace: string | undefined, need: string): string {
  return `${namespace ?? ""}/${need}`;
}

function kindKey(kind: string, group: string): string {
  return `kind ${kind} of ${group}`;
}
