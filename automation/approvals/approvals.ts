import { DriftlessError, failure } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { earlierText, type EarlierApproval } from "../../core/approvals/earlier.ts";
import { isApproved, judgeApprovals, lower, type ApprovalVerdict } from "../../core/approvals/judge.ts";
import { statementMessage, type Statement } from "../../core/approvals/statement.ts";
import type { ApprovalRules } from "../../core/environment/schema/approvals.ts";
import { messageText } from "../../core/git/write-message.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import type { SignedNotes } from "../../core/git/signed-notes.ts";
import type { Session } from "../session.ts";
import { readEarlier, toStatements } from "./earlier.ts";
import { keyringOf, notesOf } from "./notes.ts";
import type { ApprovalSubject } from "./subject.ts";

/**
 * What has been said about a plan or a destruction, judged; undefined where no approval is required.
 * @param options `local`: go on with what this clone knows if its remote cannot be asked. Default: false.
 * @throws APPROVALS_UNAVAILABLE if it cannot be found out; GIT_AUTHOR_MISSING if nobody knows who destroys.
 */
export async function approvalsOf(
  session: Session,
  subject: ApprovalSubject,
  { local = false }: { readonly local?: boolean | undefined } = {},
): Promise<ApprovalVerdict | undefined> {
  const { environment, digest } = subject;
  const { name, approvals: rules } = environment.spec;
  if (rules.required === 0) return undefined;
  const notes = notesOf(session);
  await notes.fetch().catch((error: unknown) => {
    if (!local || !(error instanceof DriftlessError)) throw error;
    session.progress.note(error.findings[0].message);
  });
  const [signed, authors] = await Promise.all([notes.read(subjectOf(subject), keyringOf(rules)), subject.authors()]);
  const question = { rules, environment: name, digest, authors, now: session.io.now() };
  const verdict = judgeApprovals(question, toStatements(signed));
  return { ...verdict, earlier: isApproved(verdict) ? [] : await earlierOf(notes, subject, rules, verdict.open) };
}

/** Approvals of other plans by those of whom one of this plan is missing. */
async function earlierOf(
  notes: SignedNotes,
  { environment: { spec }, digest, revision, parts, since }: ApprovalSubject,
  rules: ApprovalRules,
  open: readonly string[],
): Promise<readonly EarlierApproval[]> {
  if (parts === undefined) return [];
  const question = { rules, environment: spec.name, plan: { digest, revision, parts }, since: await since?.() };
  const earlier = await readEarlier(notes, question);
  return earlier.filter(({ by }) => open.some((each) => lower(each) === lower(by)));
}

/**
 * Signs what somebody says of a plan or a destruction and keeps it in the notes of the project's repository.
 * @throws APPROVAL_DENIED if nobody would count it; GIT_SIGN_FAILED, APPROVALS_UNAVAILABLE.
 */
export async function state(
  session: Session,
  subject: ApprovalSubject,
  { local, ...said }: Pick<Statement, "kind" | "reason"> & { readonly local?: boolean },
): Promise<{ readonly statement: Statement; readonly shared: boolean }> {
  const { project, io } = session;
  const { committer } = await readSigner(undefined, { env: io.env, project, signal: io.signal });
  const { spec } = subject.environment;
  const { people } = spec.approvals;
  const known = Object.keys(people).find((user) => lower(user) === lower(committer.email));
  if (known === undefined) {
    throw failure(
      "APPROVAL_DENIED",
      `Git says that you are ${committer.email}, who is not among approvals.people of ${spec.name}.`,
      "Set user.email to the address that the document has for you, or have yourself added with your key.",
    );
  }
  const { kind, digest, revision, parts = {} } = subject;
  const of = { environment: spec.name, digest, revision, ...(kind === "plan" ? parts : { about: kind }) };
  const statement: Statement = { ...said, ...of, by: known, at: io.now().toISOString() };
  const what = kind === "plan" ? spec.name : `the destruction of ${spec.name}`;
  const note = {
    subject: subjectOf(subject),
    line: `${statement.at} ${said.kind} of ${what} by ${known}${said.reason === undefined ? "" : `: ${said.reason}`}`,
    message: messageText(statementMessage(statement), committer),
  };
  const { shared } = await notesOf(session).add(note, { local: local === true });
  return { statement, shared };
}

/** APPROVAL_MISSING, with exactly what is missing; none where it may be carried out. */
export function approvalFindings(
  verdict: ApprovalVerdict | undefined,
  { kind, environment, digest, revision, options }: Omit<ApprovalSubject, "authors">,
): readonly Finding[] {
  if (verdict === undefined || isApproved(verdict)) return [];
  const { required, approvedBy, missing, open, ignored, earlier } = verdict;
  const have = approvedBy.length === 0 ? "none is there" : `${approvedBy.join(", ")} gave ${approvedBy.length}`;
  const wrong = ignored.map(({ by, why }) => ` That of ${by} does not count, who ${why}.`).join("");
  const before = earlier.map((each) => ` ${earlierText(each, revision)}.`).join("");
  const ask = open.length === 0 ? "Somebody who is no author of the change" : open.join(" or ");
  const { name } = environment.spec;
  const what = kind === "plan" ? `of the plan ${digest}` : `of its destruction ${digest}`;
  return [
    errorFinding(
      "APPROVAL_MISSING",
      `${name} needs ${count(required, "approval")} ${what}; ${have}, ${missing} missing.${wrong}${before}`,
      `Ask ${ask} to run: driftless approve ${name} ${options}--digest ${digest}`,
      environment.locate(["approvals", "required"]),
    ),
  ];
}

function subjectOf({ kind, digest }: Pick<ApprovalSubject, "kind" | "digest">): string {
  return `driftless ${kind} ${digest}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
