import { kindGroup, namespaceOf, type Json, type JsonObject, type KubernetesObject } from "../manifest/manifest.ts";
import { noCounts, type Action, type ChangeCounts, type FieldChange, type ObjectChange } from "./change.ts";
import { diffFields, type Mask } from "./diff-fields.ts";
import { isJsonObject, isList } from "../manifest/json.ts";
import type { Step } from "./path.ts";
import type { EnvironmentPlan, PlannedHook, PlannedObject } from "./plan.ts";

/** What stands where a value of a Secret would. */
export const secretMarker = "[secret]";

/** What a move from one plan to another does, object by object. */
export interface PlanDiff {
  /** Objects and hooks that differ: by owner in the order of the plans, deletions last. */
  readonly changes: readonly ObjectChange[];
  readonly counts: ChangeCounts;
}

/** Compares two plans of an environment. Neither a cluster nor the state is asked, so a replacement shows as an update. */
export function diffPlans(from: EnvironmentPlan, to: EnvironmentPlan): PlanDiff {
  const [before, after] = [ownedObjects(from), ownedObjects(to)];
  const changes: ObjectChange[] = [];
  let same = 0;
  for (const [name, now] of after) {
    const old = before.get(name);
    const fields = old === undefined ? [] : diffObjects(old.planned.object, now.planned.object);
    if (old !== undefined && fields.length === 0) same += "phase" in now.planned ? 0 : 1;
    else changes.push(objectChange(old === undefined ? "create" : "update", now, fields));
  }
  for (const [name, old] of before) {
    if (after.has(name)) continue;
    changes.push(objectChange(isKept(old) ? "release" : "delete", old, []));
  }
  const counts = { ...noCounts(), same };
  for (const { action } of changes) counts[action] += 1;
  return { changes, counts };
}

/** Fields that differ between two states of an object; values of Secrets are never among them. */
export function diffObjects(before: KubernetesObject, after: KubernetesObject): readonly FieldChange[] {
  if (before === after) return [];
  const secret = [before, after].some((object) => kindGroup(object) === "Secret");
  return diffFields(before, after, secret ? maskSecret : (_steps, value) => value);
}

interface OwnedObject {
  readonly owner: string;
  readonly planned: PlannedObject | PlannedHook;
}

function isKept({ planned }: OwnedObject): boolean {
  return "settings" in planned && planned.settings.prune === "disabled";
}

function ownedObjects(plan: EnvironmentPlan): ReadonlyMap<string, OwnedObject> {
  const objects = new Map<string, OwnedObject>();
  const add = (owner: string, list: readonly OwnedObject["planned"][]): void => {
    for (const planned of list) {
      const phase = "phase" in planned ? `${planned.phase} ` : "";
      objects.set(`${phase}${planned.resourceName}`, { owner, planned });
    }
  };
  for (const tenant of plan.tenants) add(`tenant/${tenant.name}`, tenant.objects);
  for (const { name, objects: list, hooks } of plan.applications) add(`application/${name}`, [...list, ...hooks]);
  return objects;
}

function objectChange(action: Action, { owner, planned }: OwnedObject, fields: readonly FieldChange[]): ObjectChange {
  const namespace = namespaceOf(planned.object);
  return {
    action,
    owner,
    cluster: planned.cluster,
    kind: kindGroup(planned.object),
    ...(namespace === undefined ? {} : { namespace }),
    name: planned.object.metadata.name,
    ...("phase" in planned ? { hook: planned.phase } : {}),
    fields,
    ...(planned.origin === undefined || action === "delete" || action === "release" ? {} : { origin: planned.origin }),
  };
}

/** Hides `data` and `stringData`, and kubectl's copy of the whole object in an annotation of live objects. */
export const maskSecret: Mask = (steps, value) => {
  if (hidden(steps, value)) return secretMarker;
  if (isList(value)) return value.map((item, at) => maskSecret([...steps, at], item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]): [string, Json] => [key, maskSecret([...steps, key], item)]),
  ) satisfies JsonObject;
};

function hidden(steps: readonly Step[], value: Json): boolean {
  const [first, second, third] = steps;
  if (first === "data" || first === "stringData") return steps.length > 1 || !isJsonObject(value);
  return (
    first === "metadata" && second === "annotations" && third === "kubectl.kubernetes.io/last-applied-configuration"
  );
}
