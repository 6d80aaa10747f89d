import { earlierApprovals, type EarlierApproval, type EarlierQuestion } from "../../core/approvals/earlier.ts";
import { lower, type SignedStatement } from "../../core/approvals/judge.ts";
import { readStatement } from "../../core/approvals/statement.ts";
import type { SignedNote, SignedNotes } from "../../core/git/signed-notes.ts";
import { keyringOf } from "./notes.ts";

/** Who has approved an earlier plan of an environment, or why that cannot be found out. */
export type EarlierStatus = { readonly approvals: readonly EarlierApproval[] } | { readonly unavailable: string };

/** Who has approved another plan of an environment; only the last that each person has said is verified. */
export async function readEarlier(notes: SignedNotes, question: EarlierQuestion): Promise<readonly EarlierApproval[]> {
  const { environment, rules } = question;
  const signed = await notes.pick((messages) => lastOfEach(messages, environment), keyringOf(rules));
  return earlierApprovals(question, toStatements(signed));
}

/** What notes say, and who has signed it. */
export function toStatements(notes: readonly SignedNote[]): readonly SignedStatement[] {
  return notes.flatMap(({ message, signer }) => {
    const statement = readStatement(message);
    return statement === undefined ? [] : [{ ...statement, signer }];
  });
}

/** Positions of what each person has said last of an environment's plans. */
function lastOfEach(messages: readonly string[], environment: string): readonly number[] {
  const people = new Map<string, number>();
  for (const [at, message] of messages.entries()) {
    const statement = readStatement(message);
    if (statement?.environment !== environment || statement.kind === "break-glass") continue;
    const person = lower(statement.by);
    if (statement.about === undefined && !people.has(person)) people.set(person, at);
  }
  return [...people.values()];
}
