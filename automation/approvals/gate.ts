import { isApproved, mayBreakGlass, type ApprovalVerdict } from "../../core/approvals/judge.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { refuse } from "../failed-run.ts";
import type { Run } from "../output/run.ts";
import type { Session } from "../session.ts";
import { approvalFindings, approvalsOf, state } from "./approvals.ts";
import type { ApprovalSubject } from "./subject.ts";

/** What people have said of something, and of what. */
export interface Approval {
  readonly subject: ApprovalSubject;
  readonly verdict: ApprovalVerdict;
}

/**
 * What people have said of what is about to be done; undefined where nobody has to. With `breakGlass` that somebody goes without is put
 * on record first: a change that nobody could find again does not happen.
 * @param breakGlass Why somebody goes without approvals.
 * @throws APPROVALS_UNAVAILABLE, APPROVAL_DENIED (breaks the glass and may not), GIT_SIGN_FAILED.
 */
export async function judgeApproval(
  session: Session,
  subject: ApprovalSubject,
  breakGlass: string | undefined,
): Promise<Approval | undefined> {
  const local = breakGlass !== undefined;
  const judge = async (): Promise<Approval | undefined> => {
    const verdict = await approvalsOf(session, subject, { local });
    return verdict === undefined ? undefined : { subject, verdict };
  };
  const approval = await judge();
  if (breakGlass === undefined || approval === undefined || isApproved(approval.verdict)) return approval;
  const { spec } = subject.environment;
  const statement = { kind: "break-glass", reason: breakGlass } as const;
  const shared = await state(session, subject, statement).catch((error: unknown) => {
    if (!(error instanceof DriftlessError) || error.code !== "APPROVALS_UNAVAILABLE") throw error;
    session.progress.note("the remote cannot be reached: the record is in this clone alone; push refs/notes/driftless");
    return state(session, subject, { ...statement, local });
  });
  const { by } = shared.statement;
  if (!mayBreakGlass(spec.approvals, by)) {
    const verb = subject.kind === "plan" ? "update" : "destroy";
    throw failure(
      "APPROVAL_DENIED",
      `${by} may not ${verb} ${spec.name} without its approvals; that it was tried is on record.`,
      "Ask somebody whom approvals.breakGlass names, or for the approvals.",
    );
  }
  return judge();
}

/**
 * The approvals of something that is put together of what was approved, and so brings in nothing new; undefined where it is put
 * together of nothing, or one of its parts is not approved.
 */
export async function judgeParts(
  session: Session,
  subject: ApprovalSubject,
  parts: readonly ApprovalSubject[],
): Promise<Approval | undefined> {
  const verdicts: ApprovalVerdict[] = [];
  for (const part of parts) {
    const verdict = await approvalsOf(session, part);
    if (verdict === undefined || !isApproved(verdict)) return undefined;
    verdicts.push(verdict);
  }
  const [first] = verdicts;
  if (first === undefined) return undefined;
  const approvedBy = [...new Set(verdicts.flatMap((each) => each.approvedBy))];
  return { subject, verdict: { ...first, approvedBy, missing: 0, open: [], ignored: [], earlier: [] } };
}

/** Ends what is not approved, with what is missing and, if there is one, a report of its preview. */
export function requireApproval(approval: Approval | undefined, run: Run | undefined): void {
  if (approval !== undefined) refuse(approvalFindings(approval.verdict, approval.subject), run, []);
}
