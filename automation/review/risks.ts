import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { Finding } from "../../core/errors/finding.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { nameOfIdentity, parseResourceName } from "../../core/plan/identity.ts";
import { immutableFieldsOf } from "../../core/plan/immutable-fields.ts";
import type { EnvironmentPlan, PlannedObject } from "../../core/plan/plan.ts";
import { judgeDeletions } from "../../core/safety/decide.ts";
import { removalFrom, type HeldObject } from "../../core/safety/removal.ts";
import { immutableFinding } from "../engine/immutable.ts";
import { forecastOf } from "./forecast.ts";

/**
 * Updates of fields that no API server takes: replacements where the object allows them, else what `up` would refuse.
 * @param plan The one that they lead to.
 */
export function withReplacements(
  changes: readonly ObjectChange[],
  plan: EnvironmentPlan,
): { readonly changes: readonly ObjectChange[]; readonly refused: readonly Finding[] } {
  if (changes.every((change) => immutableFieldsOf(change).length === 0)) return { changes, refused: [] };
  const objects = new Map(ownedObjects(plan).map(({ planned }) => [planned.resourceName, planned]));
  const refused: Finding[] = [];
  const replaced = changes.map((change): ObjectChange => {
    const fields = immutableFieldsOf(change);
    if (fields.length === 0) return change;
    if (objects.get(nameOfIdentity(change))?.settings.replace === true) return { ...change, action: "replace" };
    refused.push({ ...immutableFinding(change, fields), severity: "warning" });
    return change;
  });
  return { changes: replaced, refused };
}

/** What the limits of an environment say to deletions, if the plan that they are made from is what its clusters hold. */
export function deletionRisks(
  changes: readonly ObjectChange[],
  from: EnvironmentPlan,
  { spec, locate }: LoadedEnvironment,
): readonly Finding[] {
  const own = changes.filter(({ hook }) => hook === undefined);
  const going = own.filter(({ action }) => action === "delete" || action === "replace" || action === "release");
  if (going.length === 0) return [];
  const before = ownedObjects(from);
  const objects = new Map(before.map(({ planned }) => [planned.resourceName, planned.object]));
  const refusals = judgeDeletions({
    ...{ spec, locate, allowance: { confirmed: [] } },
    removals: going.map((change) => removalFrom(change, objects.get(nameOfIdentity(change)) ?? {})),
    held: before.flatMap(({ owner, planned }): HeldObject[] => {
      const identity = parseResourceName(planned.resourceName);
      return identity === undefined ? [] : [{ owner, ...identity }];
    }),
    created: own.filter(({ action }) => action === "create"),
  });
  return refusals.map(({ finding }) => forecastOf(finding));
}

function ownedObjects({
  tenants,
  applications,
}: EnvironmentPlan): readonly { readonly owner: string; readonly planned: PlannedObject }[] {
  return [
    ...tenants.flatMap(({ name, objects }) => objects.map((planned) => ({ owner: `tenant/${name}`, planned }))),
    ...applications.flatMap(({ name, objects }) =>
      objects.map((planned) => ({ owner: `application/${name}`, planned })),
    ),
  ];
}
