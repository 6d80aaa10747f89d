import type { ObjectChange } from "../plan/change.ts";
import { diffPlans } from "../plan/diff.ts";
import { nameOfIdentity } from "../plan/identity.ts";
import type { EnvironmentPlan } from "../plan/plan.ts";

/** What changes between two plans besides images of some applications. */
export function besidesImages(
  before: EnvironmentPlan,
  after: EnvironmentPlan,
  selected: ReadonlySet<string>,
): readonly ObjectChange[] {
  return diffPlans(before, after).changes.filter(
    (change) => !isSelected(change, selected) || change.action !== "update" || !change.fields.every(isImage),
  );
}

/** Owners that a change of plans touches, and that are not among some applications. */
export function otherOwners(
  changes: readonly Pick<ObjectChange, "owner">[],
  selected: ReadonlySet<string>,
): readonly string[] {
  return [...new Set(changes.filter((change) => !isSelected(change, selected)).map(({ owner }) => owner))].sort();
}

/** What stays the same is in the second list and not in the first, object by object. */
export function objectKey(change: ObjectChange): string {
  return `${nameOfIdentity(change)}/${change.hook ?? ""}`;
}

function isSelected({ owner }: Pick<ObjectChange, "owner">, selected: ReadonlySet<string>): boolean {
  return owner.startsWith("application/") && selected.has(owner.slice("application/".length));
}

function isImage({ path, kind }: ObjectChange["fields"][number]): boolean {
  return kind === "change" && /(^|[.\]])(containers|initContainers|ephemeralContainers)\b.*\.image$/.test(path);
}
