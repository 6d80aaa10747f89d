import { durationSeconds } from "../environment/duration.ts";
import { approversOf, type ApprovalRules } from "../environment/schema/approvals.ts";
import type { EarlierApproval } from "./earlier.ts";
import type { Statement } from "./statement.ts";

/** A statement, and whose signature its commit really has. */
export interface SignedStatement extends Statement {
  /** Address of the person one of whose keys signed it; undefined if none did. */
  readonly signer: string | undefined;
}

/** A statement that does not count, and the end of the sentence that says why: `is the author of the change`. */
export interface IgnoredStatement {
  readonly by: string;
  readonly why: string;
}

/** What the statements about a plan come to. */
export interface ApprovalVerdict {
  readonly required: number;
  /** Addresses of those whose approvals count, in the order in which they gave them. */
  readonly approvedBy: readonly string[];
  /** How many are missing; 0: the plan may be applied. */
  readonly missing: number;
  /** Addresses of those who could still give one. */
  readonly open: readonly string[];
  readonly ignored: readonly IgnoredStatement[];
  /** Where some are missing: who has approved another plan before this one. */
  readonly earlier: readonly EarlierApproval[];
  /** Who went round the approvals for this plan, why, and until when (ISO 8601) that holds. */
  readonly breakGlass?: { readonly by: string; readonly reason: string; readonly until: string } | undefined;
}

/** What approvals are judged by. */
export interface ApprovalQuestion {
  readonly rules: ApprovalRules;
  readonly environment: string;
  readonly digest: string;
  /** Addresses of the authors of the change: nobody approves their own. */
  readonly authors: ReadonlySet<string>;
  readonly now: Date;
}

/** A clock that is ahead of ours by more than this is wrong. */
const toleratedSkewMs = 5 * 60_000;

/**
 * Judges what was said about one plan: each person counts once, by what they said last, if they signed it, may approve,
 * and are no author of the change. Addresses are compared without regard to case.
 * @param statements oldest first
 */
export function judgeApprovals(
  question: ApprovalQuestion,
  statements: readonly SignedStatement[],
): Omit<ApprovalVerdict, "earlier"> {
  const { rules, environment, digest, authors, now } = question;
  const own = new Set([...authors].map(lower));
  const approvers = new Map(approversOf(rules).map((user) => [lower(user), user]));
  const ignored: IgnoredStatement[] = [];
  const last = new Map<string, SignedStatement>();
  let breakGlass: ApprovalVerdict["breakGlass"];
  for (const statement of statements) {
    const { by, kind } = statement;
    if (statement.environment !== environment || statement.digest !== digest) continue;
    if (!isSignedBy(statement)) {
      ignored.push({ by, why: "did not sign it with a key of theirs" });
    } else if (kind === "break-glass") {
      breakGlass = judgeBreakGlass(rules, statement, now) ?? breakGlass;
    } else if (kind === "approval" && !approvers.has(lower(by))) {
      ignored.push({ by, why: "is not among those whose approvals count" });
    } else if (kind === "approval" && own.has(lower(by))) {
      ignored.push({ by, why: "is an author of the change" });
    } else {
      last.set(lower(by), statement);
    }
  }
  const given = [...last].filter(([, { kind }]) => kind === "approval").map(([by]) => approvers.get(by) ?? by);
  return {
    required: rules.required,
    approvedBy: given,
    missing: Math.max(0, rules.required - given.length),
    open: [...approvers].filter(([key, user]) => !own.has(key) && !given.includes(user)).map(([, user]) => user),
    ignored,
    breakGlass,
  };
}

/** True if a plan may be applied: enough have approved it, or the glass is broken. */
export function isApproved({ missing, breakGlass }: Pick<ApprovalVerdict, "missing" | "breakGlass">): boolean {
  return missing === 0 || breakGlass !== undefined;
}

/** True if somebody may go without approvals. */
export function mayBreakGlass({ breakGlass, people }: ApprovalRules, user: string): boolean {
  if (breakGlass === undefined) return false;
  return approversOf({ from: breakGlass.from, people }).some((each) => lower(each) === lower(user));
}

function judgeBreakGlass(
  rules: ApprovalRules,
  { by, at, reason }: Statement,
  now: Date,
): ApprovalVerdict["breakGlass"] {
  const began = Date.parse(at);
  if (rules.breakGlass === undefined || reason === undefined || !mayBreakGlass(rules, by)) return undefined;
  const until = began + durationSeconds(rules.breakGlass.for) * 1000;
  // A time that cannot be, or lies ahead, would hold for as long as somebody likes.
  if (Number.isNaN(began) || began > now.getTime() + toleratedSkewMs || until < now.getTime()) return undefined;
  return { by, reason, until: new Date(until).toISOString() };
}

/** True if a statement has the signature of the person who makes it. */
export function isSignedBy({ signer, by }: SignedStatement): boolean {
  return signer !== undefined && lower(signer) === lower(by);
}

/** Addresses are compared so. */
export function lower(address: string): string {
  return address.toLowerCase();
}
