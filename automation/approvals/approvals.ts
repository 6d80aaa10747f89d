import { DriftlessError, failure } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { earlierApprovals, earlierText, type EarlierApproval } from "../../core/approvals/earlier.ts";
import { isApproved, judgeApprovals, type ApprovalVerdict, type SignedStatement } from "../../core/approvals/judge.ts";
import { readStatement, statementMessage, type Statement } from "../../core/approvals/statement.ts";
import type { ApprovalRules } from "../../core/environment/schema/approvals.ts";
import { messageText } from "../../core/git/write-message.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { SignedNotes, type Keyring, type SignedNote } from "../../core/git/signed-notes.ts";
import type { Session } from "../session.ts";
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
  const signed = await notes.pick((messages) => lastOfEach(messages, spec.name), keyringOf(rules));
  return earlierApprovals(question, toStatements(signed)).filter(({ by }) => open.some((each) => isSame(each, by)));
}

/** Positions of what each person has said last of an environment. */
function lastOfEach(messages: readonly string[], environment: string): readonly number[] {
  const people = new Map<string, number>();
  for (const [at, message] of messages.entries()) {
    const statement = readStatement(message);
    if (statement?.environment !== environment || statement.kind === "break-glass") continue;
    const person = statement.by.toLowerCase();
    if (statement.about === undefined && !people.has(person)) people.set(person, at);
  }
  return [...people.values()];
}

function toStatements(notes: readonly SignedNote[]): readonly SignedStatement[] {
  return notes.flatMap(({ message, signer }) => {
    const statement = readStatement(message);
    return statement === undefined ? [] : [{ ...statement, signer }];
  });
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
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
  const known = Object.keys(people).find((user) => user.toLowerCase() === committer.email.toLowerCase());
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

function notesOf({ project, io }: Session): SignedNotes {
  return new SignedNotes(project, { env: io.env, signal: io.signal });
}

function subjectOf({ kind, digest }: Pick<ApprovalSubject, "kind" | "digest">): string {
  return `driftless ${kind} ${digest}`;
}

function keyringOf({ people }: ApprovalRules): Keyring {
  return Object.fromEntries(Object.entries(people).map(([user, { keys }]) => [user, keys]));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
