import { compare } from "../drift/compare.ts";
import type { EnvironmentPlan, PlannedObject } from "../plan/plan.ts";
import { diffPlans } from "../plan/diff.ts";
import { nameOfIdentity } from "../plan/identity.ts";
import { fieldPath } from "../plan/path.ts";
import { subjectText, wantedAt, type Subject } from "./subject.ts";

/**
 * Why a plan is not what accepting some objects should make of the old one; undefined if it is. Each object must be what
 * is wanted of it, and everything else what it was.
 */
export function verifyPlan(
  before: EnvironmentPlan,
  after: EnvironmentPlan,
  subjects: readonly Subject[],
): string | undefined {
  const now = objectsOf(after);
  const touched = new Set<string>();
  for (const place of subjects.flatMap(({ places }) => places)) {
    const { resourceName } = place.planned;
    touched.add(resourceName);
    const wanted = wantedAt(place);
    const found = now.get(resourceName)?.object;
    if (wanted === undefined) {
      if (found !== undefined) return `${resourceName} would still be there`;
      continue;
    }
    if (found === undefined) return `${resourceName} would be gone`;
    const [first] = compare(wanted, found);
    if (first !== undefined) return `${resourceName} would have another ${fieldPath(first.steps)}`;
  }
  const others = diffPlans(before, after).changes.filter(
    (change) => change.hook !== undefined || !touched.has(nameOfIdentity(change)),
  );
  const [first] = others;
  if (first === undefined) return undefined;
  const more = others.length === 1 ? "" : ` and ${others.length - 1} more`;
  return `${subjectText(first)} on ${first.cluster}${more} would change too`;
}

function objectsOf({ tenants, applications }: EnvironmentPlan): ReadonlyMap<string, PlannedObject> {
  const objects = [...tenants, ...applications].flatMap((owner) => owner.objects);
  return new Map(objects.map((object) => [object.resourceName, object]));
}
