import type { Json, Origin } from "../manifest/manifest.ts";

/** What happens to one object. `same` objects are counted, not listed. */
export type Action = "create" | "update" | "replace" | "delete";

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
  readonly fields: readonly FieldChange[];
  /** Absent for objects that Driftless writes itself and for those that left Git. */
  readonly origin?: Origin;
}

/** How many objects there are of each action; `same` too. */
export type ChangeCounts = Readonly<Record<Action | "same", number>>;
