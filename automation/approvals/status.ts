import type { ApprovalVerdict } from "../../core/approvals/judge.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { UpdateRecord } from "../../core/history/record.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { Session } from "../session.ts";

/** What people have said of a plan, or why that cannot be found out. */
export type ApprovalStatus = ApprovalVerdict | { readonly unavailable: string };

/**
 * What people have said of a plan, for whoever looks at it: that it cannot be found out stops nobody from looking. Undefined
 * where no approval is required.
 * @param history Updates of the environment, newest first.
 */
export async function approvalStatus(
  session: Session,
  computed: ComputedPlan,
  history: () => Promise<readonly UpdateRecord[]>,
): Promise<ApprovalStatus | undefined> {
  if (computed.environment.spec.approvals.required === 0) return undefined;
  const [{ approvalsOf }, { planSubject }] = await Promise.all([import("./approvals.ts"), import("./subject.ts")]);
  try {
    return await approvalsOf(session, planSubject(session, computed, history));
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return { unavailable: error.findings[0].message };
  }
}
