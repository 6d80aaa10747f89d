import { nameOfIdentity } from "../../core/plan/identity.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedObject } from "../../core/plan/plan.ts";
import type { UpdateResult } from "../engine/types.ts";

/** Objects of one application. */
export interface HealedObjects {
  readonly application: ApplicationPlan;
  readonly objects: readonly PlannedObject[];
}

/**
 * Objects that an update put back although their application is what it was: found by a comparison with the clusters.
 * Its gates, which stand for what is planned, were passed before and have not looked again.
 */
export function healedObjects(
  plan: EnvironmentPlan,
  { changes, waits }: Pick<UpdateResult, "changes" | "waits">,
): readonly HealedObjects[] {
  const gated = new Set(waits);
  const put = changes.filter(({ action }) => action !== "delete" && action !== "release");
  const touched = new Set(put.map(nameOfIdentity));
  return plan.applications
    .filter(({ name }) => !gated.has(name))
    .map((application) => ({
      application,
      objects: application.objects.filter(({ resourceName }) => touched.has(resourceName)),
    }))
    .filter(({ objects }) => objects.length > 0);
}
