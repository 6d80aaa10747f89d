import type { Json, Origin } from "../manifest/manifest.ts";
import type { HookPhase } from "./hooks/phase.ts";

/**
 * What happens to one object. `adopt`: it is there already and belongs to nobody, and is taken over; `release`: it left
 * Git and stays on the cluster, no longer managed. `same` objects are counted, not listed.
 */
export type Action = "create" | "adopt" | "update" | "replace" | "delete" | "release";

/** What has happened to an object: `3 adopted`. */
export const pastActions = {
  create: "created",
  adopt: "adopted",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  release: "released",
} as const satisfies Record<Action, string>;

/** One field that differs. Values of Secrets are `secret` markers, never the values. */
export interface FieldChange {
  /** Path inside the object, such as `spec.template.spec.containers[0].image`. */
  readonly path: string;
  readonly kind: "add" | "change" | "remove";
  readonly before?: Json;
  readonly after?: Json;
}

/** A change to one object: the row of every table of changes, whether it came from the engine or from two plans. */
export interface ObjectChange {
  readonly action: Action;
  /** `application/<name>`, `tenant/<name>`, `cluster/<name>` or `environment`. */
  readonly owner: string;
  readonly cluster: string;
  /** `Kind.group`, or `Kind` in the core group. */
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string;
  readonly name: string;
  /** When it runs, if it is a hook: then it is added, changed or removed as such, not on the cluster. */
  readonly hook?: HookPhase;
  readonly fields: readonly FieldChange[];
  /** Who else has managed an object that is adopted, as far as its metadata tells: `Helm release shop/web`. */
  readonly from?: string;
  /** Absent for objects that Driftless writes itself and for those that left Git. */
  readonly origin?: Origin;
  /** A deletion of what no state knows: a run was killed before it could write it down, or the state was lost. */
  readonly orphan?: true;
}

/** How many objects there are of each action; `same` too. */
export type ChangeCounts = Readonly<Record<Action | "same", number>>;

/** Counts of nothing, to be added to. */
export function noCounts(): Record<Action | "same", number> {
  return { create: 0, adopt: 0, update: 0, replace: 0, delete: 0, release: 0, same: 0 };
}
