import { record } from "../manifest/json.ts";
import type { JsonObject } from "../manifest/manifest.ts";
import type { ObjectChange } from "../plan/change.ts";
import { nameOfIdentity, type ObjectIdentity } from "../plan/identity.ts";
import { annotatedSettings, type ObjectSettings } from "../plan/settings.ts";
import { lossWith } from "./cluster-parts.ts";

/** An object, or a part of a cluster at AWS, that a run would delete, delete and create again, or let go. */
export interface Removal {
  readonly change: Omit<ObjectChange, "fields">;
  /** What its annotations, as they were applied last, say about pruning. */
  readonly asked?: ObjectSettings["prune"];
  /** Kind of its objects, for a CustomResourceDefinition: `Widget.example.com`. */
  readonly defines?: string;
}

/** An object of the environment, or a part of a cluster at AWS, as the state knows it before the run. */
export interface HeldObject extends ObjectIdentity {
  /** `application/<name>` or `tenant/<name>`; of a part `cluster/<name>`. */
  readonly owner: string;
}

const customKinds = "CustomResourceDefinition.apiextensions.k8s.io";

/** Kinds of which a replacement loses as much as a deletion does. */
const lostByReplacement: ReadonlySet<string> = new Set([
  "PersistentVolumeClaim",
  "StatefulSet.apps",
  "Namespace",
  customKinds,
]);

/** True if something is lost: a deletion, or a replacement of what holds data or other objects. */
export function isDeletion({ change }: Removal): boolean {
  if (change.action !== "replace") return change.action === "delete";
  return lostByReplacement.has(change.kind) || lossWith(change.kind) !== undefined;
}

/** Says which objects of the environment go with a Namespace or a CustomResourceDefinition; none with anything else. */
export function contentsOf(held: readonly HeldObject[]): (removal: Removal) => readonly HeldObject[] {
  const inNamespace = Map.groupBy(held, ({ cluster, namespace }) => `${cluster}/${namespace ?? ""}`);
  const ofKind = Map.groupBy(held, ({ cluster, kind }) => `${cluster}/${kind}`);
  return ({ change: { kind, name, cluster }, defines }) => {
    if (kind === "Namespace") return inNamespace.get(`${cluster}/${name}`) ?? [];
    if (kind !== customKinds || defines === undefined) return [];
    return ofKind.get(`${cluster}/${defines}`) ?? [];
  };
}

/** How `--confirm` and messages name an object: `ConfigMap/shop/settings`, `Namespace/shop`. */
export function referenceOf({ kind, namespace, name }: Omit<ObjectIdentity, "cluster">): string {
  return [kind, ...(namespace === undefined ? [] : [namespace]), name].join("/");
}

/** True if any of what was confirmed names the object itself: with or without its cluster in front. */
export function isNamed(object: ObjectIdentity, confirmed: readonly string[]): boolean {
  const reference = referenceOf(object);
  const full = nameOfIdentity(object);
  return confirmed.some((given) => given === reference || given === full || given === `${object.cluster}/${reference}`);
}

/** A removal with what the object itself, as it was applied last, says about it. */
export function removalFrom(change: Removal["change"], old: JsonObject): Removal {
  const { prune } = annotatedSettings({ metadata: record(old["metadata"]) });
  const defines = definedKind(old);
  return {
    change,
    ...(prune === undefined ? {} : { asked: prune }),
    ...(defines === undefined ? {} : { defines }),
  };
}

function definedKind({ kind, spec }: JsonObject): string | undefined {
  if (kind !== "CustomResourceDefinition") return undefined;
  const { group, names } = record(spec);
  const name = record(names)["kind"];
  return typeof name === "string" && name !== "" && typeof group === "string" ? `${name}.${group}` : undefined;
}
