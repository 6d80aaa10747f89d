import type { ApprovalRules } from "../../core/environment/schema/approvals.ts";
import { SignedNotes, type Keyring } from "../../core/git/signed-notes.ts";
import type { Session } from "../session.ts";

/** The notes of the repository that the project is in. */
export function notesOf({ project, io }: Pick<Session, "project" | "io">): SignedNotes {
  return new SignedNotes(project, { env: io.env, signal: io.signal });
}

/** The keys that the document has for each person. */
export function keyringOf({ people }: ApprovalRules): Keyring {
  return Object.fromEntries(Object.entries(people).map(([user, { keys }]) => [user, keys]));
}
