import type { Finding } from "../errors/finding.ts";
import type { Actor } from "../audit/question.ts";
import type { Json } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";

/**
 * What is to be said of an object:
 * - `unchanged`: it looks as it did after it was last applied, but for what is ignored;
 * - `drifted`: fields of it were changed, added or removed;
 * - `fought-over`: likewise, and a field is among them that runs have taken back from the same hand before;
 * - `deleted`: it is gone, or is going because somebody deleted it;
 * - `recreated`: somebody deleted it and made another one of its name;
 * - `orphan`: it is there, says that it is ours, and no state knows it;
 * - `unknown`: nothing can be said of it; the errors say why. Never to be taken for `unchanged`, nor for `deleted`.
 */
export type Verdict = "unchanged" | "drifted" | "fought-over" | "deleted" | "recreated" | "orphan" | "unknown";

/** Whoever holds a field, as the cluster's managed fields say it. */
export interface FieldManager {
  readonly manager: string;
  readonly operation: "Apply" | "Update";
  /** When it last changed any of its fields of the object: ISO 8601, UTC. */
  readonly time?: string;
  /** `status`, `scale` and the like, if it came that way. */
  readonly subresource?: string;
}

/** A field that has drifted. */
export interface Difference {
  /** As `fieldPath` writes it: `spec.template.spec.containers[name=web].image`. */
  readonly path: string;
  readonly steps: readonly Step[];
  /** `moved`: the items of a list are in another order; `old` and `new` are what tells them apart. */
  readonly kind: "changed" | "added" | "removed" | "moved";
  /** What it was after the object was last applied; absent if it was not there. Of a Secret, a marker. */
  readonly old?: Json;
  /** What it is; absent if it is gone. Of a Secret, a marker. */
  readonly new?: Json;
  /**
   * Who holds it now: whoever set it to this value is among them. Empty where nothing is certain, as for a field that
   * was removed: nobody holds it.
   */
  readonly managers: readonly FieldManager[];
  /** True if Git sets the field. */
  readonly ours: boolean;
  /** The users who changed it, as an audit log says it; absent where none was asked. Empty where it does not tell. */
  readonly who?: readonly Actor[];
  /** How often runs have taken the field back from the same hand, if they have. */
  readonly reverted?: number;
  /** Since when it is known to have drifted; it may have done so for longer. ISO 8601, UTC. */
  readonly since?: string;
}

/** A difference that is no drift. */
export interface IgnoredDifference extends Difference {
  /** `rule`: a document says so; `controller`: the cluster's own machinery writes it. */
  readonly by: "rule" | "controller";
  /** Which rule, or why: for a person to read. */
  readonly reason: string;
}

/** What is to be said of one object. */
export interface ObjectDrift {
  readonly verdict: Verdict;
  /** `application/<name>`, `tenant/<name>` or `environment`. */
  readonly owner: string;
  readonly cluster: string;
  /** `Kind.group`, or `Kind` in the core group. */
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
  readonly resourceName: string;
  /** In the order of the fields; empty for whatever is not `drifted`, `fought-over` or `recreated`. */
  readonly differences: readonly Difference[];
  readonly ignored: readonly IgnoredDifference[];
  /** Who deleted it, then who made it: of what is `deleted`, `recreated` or `orphan`, where an audit log was asked. */
  readonly who?: readonly Actor[];
  /** Set where the object is still there, held by its finalizers, though it was deleted. */
  readonly terminating?: true;
  /** Since when it is known to have drifted, in whatever is said of it now. ISO 8601, UTC. */
  readonly since?: string;
}

/** Something of which nothing is known. */
export interface DriftError {
  readonly finding: Finding;
  readonly cluster?: string;
  readonly owner?: string;
  /** Resource names of the objects that are `unknown` for it. */
  readonly objects: readonly string[];
}

/** What a scan of an environment found. */
export interface DriftReport {
  readonly environment: string;
  /** Every object that is not `unchanged`, and those of which something is ignored; by cluster, owner and name. */
  readonly objects: readonly ObjectDrift[];
  readonly errors: readonly DriftError[];
  /** Of all objects, the unchanged too. */
  readonly counts: Readonly<Record<Verdict, number>>;
}

/** Every verdict, those that say the most first. */
export const verdicts = [
  "fought-over",
  "deleted",
  "recreated",
  "drifted",
  "orphan",
  "unknown",
  "unchanged",
] as const satisfies readonly Verdict[];

/** Counts of nothing, to be added to. */
export function noVerdicts(): Record<Verdict, number> {
  return { "fought-over": 0, deleted: 0, recreated: 0, drifted: 0, orphan: 0, unknown: 0, unchanged: 0 };
}

/** True for what `driftless drift` reports as drift. */
export function isDrift(verdict: Verdict): boolean {
  return verdict !== "unchanged" && verdict !== "unknown";
}

/** What a report comes to: an error wins over drift, and drift over nothing. */
export function outcomeOf({ errors, counts }: DriftReport): "none" | "drift" | "error" {
  if (errors.length > 0 || counts.unknown > 0) return "error";
  return verdicts.some((verdict) => isDrift(verdict) && counts[verdict] > 0) ? "drift" : "none";
}
