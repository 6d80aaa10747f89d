import { isList, record } from "../manifest/json.ts";
import { kindGroup, namespaceOf, type KubernetesObject } from "../manifest/manifest.ts";
import { builtInKinds } from "../plan/kinds.ts";
import { needsOf, provides } from "../plan/needs.ts";
import type { EnvironmentPlan, PlannedObject } from "../plan/plan.ts";

/** Something that was on a cluster and that Git cannot bring back. */
export interface Loss {
  /** What it is and what becomes of it, in one sentence. */
  readonly what: string;
  /** Where: `<Kind> <namespace>/<name> on <cluster>`, sorted. Empty: anywhere. */
  readonly objects: readonly string[];
}

const claims = "Data on volumes is lost: these come back empty, unless you restore it.";
const secrets =
  "These are not in Git: somebody or some controller made them, and the pods that need them wait until they are there again.";
const addresses = "These get new addresses: names that point to the old ones have to be changed.";
const certificates = "These are issued anew: their authority may limit how many in a week.";
const remade =
  "These are other clusters than before: another endpoint, certificate authority and issuer of OIDC. Kubeconfigs that people keep have to be made anew, and IAM roles that trust the old issuer have to trust the new one.";
const custom = "What the controllers behind these had made or learnt is lost, unless they keep it elsewhere.";

/**
 * What a recovery of clusters does not bring back, as far as the plan tells. The last one is always true.
 * @param gone Those of them that are made anew at AWS. Default: none.
 */
export function lossesOf(
  plan: EnvironmentPlan,
  clusters: ReadonlySet<string>,
  gone: ReadonlySet<string> = new Set(),
): readonly Loss[] {
  const objects = [...plan.tenants, ...plan.applications]
    .flatMap((owner) => owner.objects)
    .filter(({ cluster }) => clusters.has(cluster));
  const found: readonly Loss[] = [
    { what: claims, objects: titles(objects.filter(({ object }) => holdsData(object))) },
    { what: secrets, objects: missing(objects) },
    { what: remade, objects: [...gone].sort() },
    { what: addresses, objects: titles(objects.filter(({ object }) => hasAddress(object))) },
    { what: certificates, objects: titles(objects.filter(({ object }) => kindGroup(object) === certificate)) },
    { what: custom, objects: titles(objects.filter(({ object }) => isCustom(object))) },
  ];
  return [
    ...found.filter((loss) => loss.objects.length > 0),
    {
      what: "Whatever was made by hand or belongs to nobody here is lost, and so is everything that the old cluster had signed, such as tokens.",
      objects: [],
    },
  ];
}

const certificate = "Certificate.cert-manager.io";

function holdsData(object: KubernetesObject): boolean {
  const kind = kindGroup(object);
  const templates = record(object["spec"])["volumeClaimTemplates"];
  return (
    kind === "PersistentVolumeClaim" ||
    kind === "PersistentVolume" ||
    (kind === "StatefulSet.apps" && isList(templates) && templates.length > 0)
  );
}

function hasAddress(object: KubernetesObject): boolean {
  const kind = kindGroup(object);
  if (kind === "Service") return record(object["spec"])["type"] === "LoadBalancer";
  return kind === "Ingress.networking.k8s.io" || kind === "Gateway.gateway.networking.k8s.io";
}

function isCustom(object: KubernetesObject): boolean {
  const kind = kindGroup(object);
  return !builtInKinds.has(kind) && kind !== certificate && !kind.endsWith(".gateway.networking.k8s.io");
}

/** Secrets and ConfigMaps that pods cannot start without and that the plan does not hold. */
function missing(objects: readonly PlannedObject[]): readonly string[] {
  const provided = new Set(
    objects.flatMap(({ cluster, object }) => provides(object).map((what) => `${cluster} ${what}`)),
  );
  const needed = objects.flatMap(({ cluster, object }) =>
    needsOf(object)
      .hard.filter((need) => !provided.has(`${cluster} ${need}`))
      .flatMap((need) => {
        const [, namespace = "", kind, name] = /^([^/\s]*)\/(Secret|ConfigMap) (.+)$/.exec(need) ?? [];
        // Every Namespace has it from its first moment on.
        if (kind === undefined || name === undefined || name === "kube-root-ca.crt") return [];
        return [`${kind} ${namespace}/${name} on ${cluster}`];
      }),
  );
  return [...new Set(needed)].sort();
}

function titles(objects: readonly PlannedObject[]): readonly string[] {
  return objects
    .map(({ cluster, object }) => {
      const namespace = namespaceOf(object);
      const name = namespace === undefined ? object.metadata.name : `${namespace}/${object.metadata.name}`;
      return `${object.kind} ${name} on ${cluster}`;
    })
    .sort();
}
