import { approversOf, type ApprovalRules } from "../environment/schema/approvals.ts";
import { joinWords } from "../environment/text.ts";
import type { PlanParts } from "../plan/digest.ts";
import { isSignedBy, lower, type SignedStatement } from "./judge.ts";

/** What makes one plan another: `delivery` is how it is brought in, such as clusters, order and time allowed. */
export type PlanChange = "commit" | "objects" | "policy" | "delivery";

/** An approval of a plan that was never applied and is not the present one. */
export interface EarlierApproval {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly digest: string;
  /** The commit of that plan: full id. */
  readonly revision: string;
  /** What changed since; empty if nobody can tell. */
  readonly changed: readonly PlanChange[];
}

/** What earlier approvals are compared with. */
export interface EarlierQuestion {
  readonly rules: ApprovalRules;
  readonly environment: string;
  readonly plan: { readonly digest: string; readonly revision: string; readonly parts: PlanParts };
  /** What was said before this moment (ISO 8601) is about something that is done. */
  readonly since: string | undefined;
  /** Digest of the plan that runs as far as is known: so is what was said before its last approval. Default: none. */
  readonly applied?: string;
}

/**
 * Who has approved another plan of the environment, and nothing since: the last that each of those whose approvals count has
 * said, if they signed it.
 * @param statements oldest first
 */
export function earlierApprovals(
  { rules, environment, plan, since, applied }: EarlierQuestion,
  statements: readonly SignedStatement[],
): readonly EarlierApproval[] {
  const approvers = new Set(approversOf(rules).map(lower));
  const said = statements.filter(
    (each) =>
      each.environment === environment &&
      each.kind !== "break-glass" &&
      each.about === undefined &&
      isSignedBy(each) &&
      approvers.has(lower(each.by)),
  );
  const ofApplied = said.findLast(({ kind, digest }) => kind === "approval" && digest === applied)?.at;
  const done = [since, ofApplied].flatMap((moment) => (moment === undefined ? [] : [Date.parse(moment)]));
  const last = new Map(said.map((each) => [lower(each.by), each]));
  return [...last.values()].flatMap((each): readonly EarlierApproval[] => {
    const { kind, by, at, digest, revision } = each;
    const isDone = digest === applied || done.some((moment) => Date.parse(at) < moment);
    if (kind !== "approval" || digest === plan.digest || isDone) return [];
    return [{ by, at, digest, revision, changed: changesSince(each, plan) }];
  });
}

function changesSince(
  { revision, objects, policy }: SignedStatement,
  plan: EarlierQuestion["plan"],
): readonly PlanChange[] {
  const commit = revision === plan.revision ? [] : (["commit"] as const);
  if (objects === undefined || policy === undefined) return commit;
  const changed: readonly PlanChange[] = [
    ...commit,
    ...(objects === plan.parts.objects ? [] : (["objects"] as const)),
    ...(policy === plan.parts.policy ? [] : (["policy"] as const)),
  ];
  return changed.length === 0 ? ["delivery"] : changed;
}

const words: Readonly<Record<PlanChange, string>> = {
  commit: "the commit",
  objects: "objects",
  policy: "policy",
  delivery: "how it is delivered",
};

/** `bob@example.com approved sha256:34b4… on 2026-11-23 03:12 UTC; since then the commit (aa4e06f, now 316fc11) and objects changed` */
export function earlierText({ by, at, digest, revision, changed }: EarlierApproval, now: string): string {
  const commits = `the commit (${revision.slice(0, 7)}, now ${now.slice(0, 7)})`;
  const parts = changed.map((part) => (part === "commit" ? commits : words[part]));
  const list = joinWords(parts, "and");
  const only = changed.length === 1 ? "only " : "";
  const when = at.replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*$/, "$1 $2 UTC");
  return `${by} approved ${digest.slice(0, 19)} on ${when}; since then ${list === "" ? "something of it" : `${only}${list}`} changed`;
}
