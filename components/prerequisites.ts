import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";
import { needsOf, provides } from "../core/plan/needs.ts";
import type { PlannedObject } from "../core/plan/plan.ts";

/** Kinds that answer for other objects as soon as they exist, and so must not exist before what stands behind them. */
const gatekeepers = new Set([
  "APIService.apiregistration.k8s.io",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
]);

/**
 * What of the same owner and cluster each object must not be created before: the Namespace that holds it, the definition
 * of its custom kind, and what its pods need to start as they are meant to; for a gatekeeper, everything else of its wave.
 * The engine has few hands: workloads that wait for pods in all of them would keep it from ever creating what the pods
 * wait for. Nothing waits for a later wave, which waits for it.
 */
export function prerequisites(objects: readonly PlannedObject[]): ReadonlyMap<PlannedObject, readonly PlannedObject[]> {
  const providers = new Map<string, PlannedObject[]>();
  for (const planned of objects) {
    for (const provided of provides(planned.object)) {
      const known = providers.get(`${planned.cluster} ${provided}`);
      if (known === undefined) providers.set(`${planned.cluster} ${provided}`, [planned]);
      else known.push(planned);
    }
  }
  const ordinary = objects.filter(({ object }) => !isGatekeeper(object));
  const neededBy = (planned: PlannedObject): readonly PlannedObject[] => {
    const { cluster, wave } = planned;
    if (isGatekeeper(planned.object)) return ordinary.filter((each) => each.cluster === cluster && each.wave === wave);
    const { hard, soft } = needsOf(planned.object);
    const found = [...hard, ...soft].flatMap((need) => providers.get(`${cluster} ${need}`) ?? []);
    return [...new Set(found)].filter((provider) => provider !== planned && provider.wave <= wave);
  };
  return new Map(objects.map((planned) => [planned, neededBy(planned)]));
}

function isGatekeeper(object: KubernetesObject): boolean {
  return gatekeepers.has(kindGroup(object));
}
