import type { FieldChange, ObjectChange } from "../plan/change.ts";
import { nameOfIdentity } from "../plan/identity.ts";
import type { Difference, DriftReport, ObjectDrift } from "./report.ts";

/** Something of which the scan and the engine's preview say different things. */
export interface Disagreement {
  readonly resourceName: string;
  /** What each of them says, in one sentence. */
  readonly message: string;
}

/**
 * Where a scan and a preview that compares with the clusters contradict each other. A preview sees only fields that Git
 * sets, and takes an object that was made anew for the old one; what it cannot see is no contradiction.
 * @param changes What the preview of the plan that was applied last would do.
 */
export function disagreements(report: DriftReport, changes: readonly ObjectChange[]): readonly Disagreement[] {
  const planned = new Map(
    changes
      .filter(({ hook, orphan }) => hook === undefined && orphan !== true)
      .map((change) => [nameOfIdentity(change), change]),
  );
  const scanned = new Map(report.objects.map((object) => [object.resourceName, object]));
  return [
    ...report.objects.flatMap((object) => missed(object, planned.get(object.resourceName))),
    ...[...planned].flatMap(([name, change]) => unexplained(change, name, scanned.get(name))),
  ];
}

/** What the scan found and the preview should have. */
function missed(object: ObjectDrift, change: ObjectChange | undefined): readonly Disagreement[] {
  const { verdict, resourceName, differences, terminating } = object;
  if (verdict === "deleted" && terminating !== true) {
    if (change?.action === "create") return [];
    return [{ resourceName, message: `The scan finds that it is gone, and the engine would ${actionOf(change)}.` }];
  }
  if (verdict !== "drifted" && verdict !== "fought-over") return [];
  const fields = change?.fields ?? [];
  return differences
    .filter((difference) => isVisible(difference) && !fields.some((field) => touches(field, difference)))
    .map(({ path }) => ({
      resourceName,
      message: `The scan finds that ${path} has drifted, and the engine would ${change === undefined ? "leave the object alone" : "leave it alone"}.`,
    }));
}

/** What the preview found and the scan should have. */
function unexplained(
  change: ObjectChange,
  resourceName: string,
  object: ObjectDrift | undefined,
): readonly Disagreement[] {
  if (object !== undefined && object.verdict !== "unchanged") return [];
  const ignored = object?.ignored ?? [];
  const fields = change.fields.filter((field) => !ignored.some((difference) => touches(field, difference)));
  if (change.action === "update" && fields.length === 0 && ignored.length > 0) return [];
  const which = fields.length === 0 ? "" : `: ${fields.map(({ path }) => path).join(", ")}`;
  return [
    { resourceName, message: `The scan finds it as last applied, and the engine would ${actionOf(change)}${which}.` },
  ];
}

function actionOf(change: ObjectChange | undefined): string {
  return change === undefined ? "leave it alone" : `${change.action} it`;
}

/** True for what a preview can see: Git sets the field, and it has another value or none. */
function isVisible({ ours, kind }: Difference): boolean {
  return ours && (kind === "changed" || kind === "removed");
}

/** True if one is at, above or below the other; positions and keys of list items are written differently. */
function touches({ path: left }: FieldChange, { path: right }: Difference): boolean {
  const [one, other] = [partsOf(left), partsOf(right)];
  return one.slice(0, other.length).every((part, at) => part === other[at]);
}

function partsOf(path: string): readonly string[] {
  // A key of a map in brackets is quoted; an item of a list is not.
  return path
    .replace(/\["((?:[^"\\]|\\.)*)"\]/g, (_, key: string) => `.${key.replaceAll(".", "\0")}`)
    .replace(/\[[^\]]*\]/g, "")
    .split(".");
}
