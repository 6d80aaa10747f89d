import type { Difference, Verdict } from "../drift/report.ts";

/** What is asked of an audit log about one object that has drifted. */
export interface AuditQuestion {
  /** What the answer is filed under. */
  readonly key: string;
  /** Empty for the core group. */
  readonly group: string;
  /** The plural in paths, such as `deployments`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
  /** True if bodies must not be looked at. */
  readonly secret: boolean;
  /** When it was last applied; nothing before that can be drift. Milliseconds since 1970. */
  readonly applied?: number;
  /** When the object that is there was made anew, or was first called ours. Milliseconds since 1970. */
  readonly made?: number;
}

/** Somebody who changed an object, as the audit log says it. */
export interface Actor {
  readonly user: string;
  /** Whose rights they acted with, if not their own. */
  readonly as?: string;
  readonly userAgent: string;
  readonly verb: "create" | "update" | "patch" | "delete" | "deletecollection";
  /** When the request was answered: ISO 8601, UTC. */
  readonly time: string;
  /** Id of the request in the audit log. */
  readonly auditId: string;
  /**
   * How it is known:
   * - `field`: the log holds the bodies, and this request gave the field its value;
   * - `manager`: it is the request of the field's manager at the time that the cluster's managed fields give;
   * - `object`: it made or deleted the object, or is among the few that wrote to it since it was last applied.
   */
  readonly match: "field" | "manager" | "object";
}

/** Who changed an object. Empty where the log does not tell. */
export interface AuditAnswer {
  /** Who deleted it, then who made it or called it ours: of objects that are gone, made anew or unknown. */
  readonly who: readonly Actor[];
  /** Who changed each field, in the order of the differences that were asked about. */
  readonly fields: readonly (readonly Actor[])[];
}

/** The clock of whoever applied an object is another than that of the API server. */
const skewMs = 5_000;

/**
 * The first time at which something could have happened that is asked about: what happened before an object was last
 * applied is no drift now. That a manager's entry has a later time says nothing: another user may have come before.
 */
export function earliest({ verdict, applied = 0, made }: AuditQuestion): number {
  return (verdict === "orphan" ? (made ?? 0) : applied) - skewMs;
}

/** True if a request was under way in a second that the API server noted: both times are by its clock. */
export function isAt({ received, answered }: { received: number; answered: number }, second: number): boolean {
  return second <= answered && second + 1_000 > received;
}
