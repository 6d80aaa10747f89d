import { ProgramError } from "../exec/run.ts";
import { runGit, type ObjectStore } from "./git.ts";
import { checkRevision } from "./ref.ts";

/** A commit as an audit names it. */
export interface AuditedCommit {
  readonly revision: string;
  /** When it was committed: ISO 8601. */
  readonly date: string;
  /** `Name <address>`. */
  readonly author: string;
  readonly committer: string;
  readonly subject: string;
  /** Who reviewed or approved it, as its trailers say (`Reviewed-by`, `Acked-by`, `Approved-by`). */
  readonly reviewers: readonly string[];
  /** What made it, if we did: `accept`, `rollback` and so on. */
  readonly action?: string;
}

/** Commits of one step that are named; a first update would name a whole history. */
const most = 200;

const trailer = (keys: readonly string[]): string =>
  `%(trailers:${keys.map((key) => `key=${key}`).join(",")},valueonly,separator=%x1f)`;
const format = [
  "%H",
  "%cI",
  "%an <%ae>",
  "%cn <%ce>",
  "%s",
  trailer(["Reviewed-by", "Acked-by", "Approved-by"]),
  trailer(["Driftless-Action"]),
].join("%x00");

/**
 * The commits that a move of a pin brought in, newest first, at most 200; of a first pin, and of a move back, that commit alone. Undefined
 * if the mirror does not hold both: nobody is asked for what may be gone.
 */
export async function commitsBetween(
  store: ObjectStore,
  from: string | undefined,
  to: string,
): Promise<readonly AuditedCommit[] | undefined> {
  const range =
    from === undefined || from === to ? [checkRevision(to), "-n1"] : [`${checkRevision(from)}..${checkRevision(to)}`];
  try {
    const args = ["log", "--no-notes", "-z", `--format=${format}%x1e`, `--max-count=${most}`, ...range, "--"];
    const found = parse((await runGit(store, args, undefined, 8 << 20)).toString("utf8"));
    return found.length > 0 ? found : await commitsBetween(store, undefined, to);
  } catch (error) {
    if (error instanceof ProgramError && error.reason === "exit") return undefined;
    throw error;
  }
}

function parse(output: string): readonly AuditedCommit[] {
  return output
    .split("\u001e")
    .map((text) => text.replace(/^\0/, "").split("\0"))
    .filter((fields) => fields.length >= 7)
    .map(([revision = "", date = "", author = "", committer = "", subject = "", reviewers = "", action = ""]) => ({
      ...{ revision, date, author, committer, subject },
      reviewers: reviewers.split("\u001f").filter((name) => name.trim() !== ""),
      ...(action.trim() === "" ? {} : { action: action.trim() }),
    }));
}
