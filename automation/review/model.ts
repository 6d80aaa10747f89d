import type { Finding } from "../../core/errors/finding.ts";
import type { FreezeState } from "../../core/freeze/of-spec.ts";
import type { FieldChange } from "../../core/plan/change.ts";
import type { EarlierStatus } from "../approvals/earlier.ts";
import type { ChangeSet } from "../output/change-set.ts";

/**
 * What became of an environment. `unknown`: one side cannot be planned, so that nothing is compared.
 * `deleted`: its document is gone, which deletes nothing on a cluster.
 */
export type EnvironmentState = "changed" | "unchanged" | "new" | "deleted" | "unknown";

/** One side of an environment, as far as it could be planned. */
export interface ReviewedSide {
  /** The pin: full commit id. */
  readonly revision: string;
  /** Of the plan; undefined where part of it could not be made. */
  readonly digest: string | undefined;
}

/** Findings by the side that has them. */
export interface FindingChanges {
  /** At the head only. */
  readonly added: readonly Finding[];
  /** On both sides. */
  readonly kept: readonly Finding[];
  /** At the base only. */
  readonly fixed: readonly Finding[];
}

/** Something that could not be compared, and why. */
export interface NotCompared {
  /** Name of an application; undefined for the whole environment. */
  readonly application?: string;
  readonly side: "base" | "head";
  readonly why: string;
}

/** What a change makes of one environment. */
export interface EnvironmentReview {
  readonly name: string;
  /** Its document, relative to the project. */
  readonly file: string;
  readonly state: EnvironmentState;
  readonly base: ReviewedSide | undefined;
  readonly head: ReviewedSide | undefined;
  readonly changes: ChangeSet;
  /** What is touched, by name. */
  readonly clusters: readonly string[];
  readonly tenants: readonly string[];
  readonly applications: readonly string[];
  /** Fields of the document that differ, what each application set makes included, but for the pin. */
  readonly settings: readonly FieldChange[];
  /** Parts of the document that guard it, and that differ: `approvals`, `policy`. */
  readonly guards: readonly string[];
  readonly findings: FindingChanges;
  /** What `up` will ask for or refuse, as far as two commits tell. */
  readonly risks: readonly Finding[];
  /** Whether freeze windows let what it touches change at the time of the review; only of what has some. */
  readonly freeze: readonly FreezeState[];
  readonly notCompared: readonly NotCompared[];
  /** Approvals that an update needs. */
  readonly approvals: number;
  /** Who has approved an earlier plan; absent where the plan is no other one, or nobody has to approve it. */
  readonly earlier?: EarlierStatus;
}

/** What a change makes of all environments. */
export interface Review {
  /** Told apart by name where one pull request has several. */
  readonly name: string | undefined;
  /** `project`: documents of two commits; `source`: two commits as pins; `both`: one repository that has both. */
  readonly subject: "project" | "source" | "both";
  /** Commits of the repository under review: full ids. */
  readonly base: string;
  readonly head: string;
  /** When it was made: ISO 8601, UTC. */
  readonly at: string;
  /** Environments that are touched, by name. */
  readonly environments: readonly EnvironmentReview[];
  /** Names of those that are not. */
  readonly untouched: readonly string[];
  /** Names of those that follow another repository. */
  readonly others: readonly string[];
}

/** True if nothing at the head keeps an environment from being applied, as far as that can be told without a cluster. */
export function isPassed({ environments }: Pick<Review, "environments">): boolean {
  return environments.every(
    ({ state, findings: { added, kept } }) =>
      state !== "unknown" && ![...added, ...kept].some(({ severity }) => severity === "error"),
  );
}
