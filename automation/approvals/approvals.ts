import { DriftlessError, failure } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { isApproved, judgeApprovals, type ApprovalVerdict } from "../../core/approvals/judge.ts";
import { readStatement, statementMessage, type Statement } from "../../core/approvals/statement.ts";
import type { ApprovalRules } from "../../core/environment/schema/approvals.ts";
import { messageText } from "../../core/git/write-message.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { SignedNotes, type Keyring } from "../../core/git/signed-notes.ts";
import { lastHealthy, type UpdateRecord } from "../../core/history/record.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { Session } from "../session.ts";
import { changeAuthors } from "./authors.ts";

/** Where approvals are looked for. */
export interface ApprovalSources {
  /** Updates of the environment, newest first: what the change is since. */
  readonly history: () => Promise<readonly UpdateRecord[]>;
  /** Whether to go on with what this clone knows if its remote cannot be asked. Default: false. */
  readonly local?: boolean | undefined;
}

/**
 * What has been said about a plan, judged; undefined where no approval is required.
 * @throws APPROVALS_UNAVAILABLE if it cannot be found out.
 */
export async function approvalsOf(
  session: Session,
  computed: ComputedPlan,
  { history, local = false }: ApprovalSources,
): Promise<ApprovalVerdict | undefined> {
  const { plan, environment } = computed;
  const rules = environment.spec.approvals;
  if (rules.required === 0) return undefined;
  const notes = notesOf(session);
  await notes.fetch().catch((error: unknown) => {
    if (!local || !(error instanceof DriftlessError)) throw error;
    session.progress.note(error.findings[0].message);
  });
  const [signed, authors] = await Promise.all([
    notes.read(subjectOf(plan.digest), keyringOf(rules)),
    history().then((records) => changeAuthors(session, computed, lastHealthy(records))),
  ]);
  const statements = signed.flatMap(({ message, signer }) => {
    const statement = readStatement(message);
    return statement === undefined ? [] : [{ ...statement, signer }];
  });
  const { environment: name, digest } = plan;
  return judgeApprovals({ rules, environment: name, digest, authors, now: session.io.now() }, statements);
}

/**
 * Signs what somebody says of a plan and keeps it in the notes of the project's repository.
 * @throws APPROVAL_DENIED if nobody would count it; GIT_SIGN_FAILED, APPROVALS_UNAVAILABLE.
 */
export async function state(
  session: Session,
  { plan, environment: { spec } }: ComputedPlan,
  { local, ...said }: Pick<Statement, "kind" | "reason"> & { readonly local?: boolean },
): Promise<{ readonly statement: Statement; readonly shared: boolean }> {
  const { project, io } = session;
  const { committer } = await readSigner(undefined, { env: io.env, project, signal: io.signal });
  const { people } = spec.approvals;
  const known = Object.keys(people).find((user) => user.toLowerCase() === committer.email.toLowerCase());
  if (known === undefined) {
    throw failure(
      "APPROVAL_DENIED",
      `Git says that you are ${committer.email}, who is not among approvals.people of ${spec.name}.`,
      "Set user.email to the address that the document has for you, or have yourself added with your key.",
    );
  }
  const { environment, digest, revision } = plan;
  const statement: Statement = { ...said, environment, digest, revision, by: known, at: io.now().toISOString() };
  const note = {
    subject: subjectOf(digest),
    line: `${statement.at} ${said.kind} of ${environment} by ${known}${said.reason === undefined ? "" : `: ${said.reason}`}`,
    message: messageText(statementMessage(statement), committer),
  };
  const { shared } = await notesOf(session).add(note, { local: local === true });
  return { statement, shared };
}

/** APPROVAL_MISSING, with exactly what is missing; none where the plan may be applied. */
export function approvalFindings(
  verdict: ApprovalVerdict | undefined,
  { plan, environment }: ComputedPlan,
): readonly Finding[] {
  if (verdict === undefined || isApproved(verdict)) return [];
  const { required, approvedBy, missing, open, ignored } = verdict;
  const have = approvedBy.length === 0 ? "none is there" : `${approvedBy.join(", ")} gave ${approvedBy.length}`;
  const wrong = ignored.map(({ by, why }) => ` That of ${by} does not count, who ${why}.`).join("");
  const ask = open.length === 0 ? "Somebody who is no author of the change" : open.join(" or ");
  return [
    errorFinding(
      "APPROVAL_MISSING",
      `${plan.environment} needs ${count(required, "approval")} of the plan ${plan.digest}; ${have}, ${missing} missing.${wrong}`,
      `Ask ${ask} to run: driftless approve ${plan.environment} --digest ${plan.digest}`,
      environment.locate(["approvals", "required"]),
    ),
  ];
}

function notesOf({ project, io }: Session): SignedNotes {
  return new SignedNotes(project, { env: io.env, signal: io.signal });
}

function subjectOf(digest: string): string {
  return `driftless plan ${digest}`;
}

function keyringOf({ people }: ApprovalRules): Keyring {
  return Object.fromEntries(Object.entries(people).map(([user, { keys }]) => [user, keys]));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
