import { isApproved, mayBreakGlass, type ApprovalVerdict } from "../../core/approvals/judge.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { Engine } from "../engine/types.ts";
import { refuse } from "../failed-run.ts";
import type { Run } from "../output/run.ts";
import type { Session } from "../session.ts";
import { approvalFindings, approvalsOf, state } from "./approvals.ts";

/** What an update is judged by. */
export interface ApprovalInput {
  readonly computed: ComputedPlan;
  readonly engine: Pick<Engine, "history">;
  /** Why somebody goes without approvals. */
  readonly breakGlass?: string | undefined;
}

/**
 * Who has approved the plan of an update; undefined where nobody must. With `breakGlass` that somebody goes without is put
 * on record first: an update that nobody could find again does not happen.
 * @throws APPROVALS_UNAVAILABLE, APPROVAL_DENIED (breaks the glass and may not), GIT_SIGN_FAILED.
 */
export async function judgeApproval(
  session: Session,
  { computed, engine, breakGlass }: ApprovalInput,
): Promise<ApprovalVerdict | undefined> {
  const local = breakGlass !== undefined;
  const judge = () => approvalsOf(session, computed, { history: () => engine.history(), local });
  const verdict = await judge();
  if (breakGlass === undefined || verdict === undefined || isApproved(verdict)) return verdict;
  const { spec } = computed.environment;
  const statement = { kind: "break-glass", reason: breakGlass } as const;
  const shared = await state(session, computed, statement).catch((error: unknown) => {
    if (!(error instanceof DriftlessError) || error.code !== "APPROVALS_UNAVAILABLE") throw error;
    session.progress.note("the remote cannot be reached: the record is in this clone alone; push refs/notes/driftless");
    return state(session, computed, { ...statement, local });
  });
  const { by } = shared.statement;
  if (!mayBreakGlass(spec.approvals, by)) {
    throw failure(
      "APPROVAL_DENIED",
      `${by} may not update ${spec.name} without its approvals; that it was tried is on record.`,
      "Ask somebody whom approvals.breakGlass names, or for the approvals.",
    );
  }
  return judge();
}

/** Ends an update that is not approved, with what is missing. */
export function requireApproval(verdict: ApprovalVerdict | undefined, computed: ComputedPlan, run: Run): void {
  refuse(approvalFindings(verdict, computed), run, []);
}
