import { errorFinding } from "../errors/finding.ts";
import { applicationOf } from "../plan/identity.ts";
import type { HeldObject, Removal } from "./removal.ts";
import type { Refusal, SafetyInput } from "./decide.ts";

/** Kinds of which being made anew elsewhere is felt: what runs, what it is reached by, what it keeps. */
const felt: ReadonlySet<string> = new Set([
  ...["Deployment.apps", "StatefulSet.apps", "DaemonSet.apps", "ReplicaSet.apps", "Pod", "Service"],
  "PersistentVolumeClaim",
]);

/**
 * Applications that go to another namespace: what they have would be deleted and made anew there, without its data and with
 * a gap. Nothing of that is said by a limit that a small application stays below.
 */
export function moved(
  { spec, locate, allowance, created = [] }: SafetyInput,
  deletions: readonly Removal[],
): readonly Refusal[] {
  const fresh = new Map(created.map((object) => [keyOf(object), object]));
  const byName = Map.groupBy(
    deletions.filter(({ change }) => change.action === "delete" && change.namespace !== undefined),
    ({ change }) => applicationOf(change.owner) ?? "",
  );
  return [...byName].flatMap(([name, removals]): readonly Refusal[] => {
    const application = Object.hasOwn(spec.applications, name) ? spec.applications[name] : undefined;
    const again = removals.flatMap(({ change }) => fresh.get(keyOf(change)) ?? []);
    const first = again.find(({ kind }) => felt.has(kind));
    const reference = `application/${name}`;
    if (application === undefined || first === undefined || allowance.confirmed.includes(reference)) return [];
    const from = [...new Set(removals.map(({ change }) => change.namespace ?? ""))].sort().join(", ");
    const to = first.namespace ?? "";
    const count = again.length === 1 ? "1 object" : `${again.length} objects`;
    const message = `Application "${name}" would go from namespace ${from} to ${to}: ${count} of it would be deleted there and made anew, without its data, and it is down meanwhile.`;
    const fix =
      `Hand the namespace over instead, from its tenant to tenants.${application.tenant}.namespaces; or run a second application in ${to} beside it until nobody needs the first. ` +
      `If it may be down and starts anew: --confirm ${reference}`;
    const finding = errorFinding("APPLICATION_MOVED", message, fix, locate(["applications", name, "namespace"]));
    return [{ finding, remedy: { confirmed: [reference] }, answer: reference }];
  });
}

/** The same object, wherever it is. */
function keyOf({ owner, cluster, kind, name }: HeldObject): string {
  return JSON.stringify([owner, cluster, kind, name]);
}
