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
  /** The pull request that brought it, as its message says: `#12`, `!12`, or its address. */
  readonly pullRequest?: string;
  /** Who merged that, of the commit of a merge: `Name <address>`. */
  readonly mergedBy?: string;
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
  "%P",
  trailer(["Reviewed-on"]),
  "%b",
].join("%x00");

/** Runs git in a repository; returns what it printed. */
export type GitLog = (args: readonly string[]) => Promise<string>;

/** Git in a mirror. */
export function mirrorLog(store: ObjectStore): GitLog {
  return async (args) => (await runGit(store, args, undefined, 8 << 20)).toString("utf8");
}

/**
 * The commits that a move of a pin brought in, newest first, at most 200; of a first pin, and of a move back, that commit alone. Undefined
 * if the repository does not hold both: nobody is asked for what may be gone.
 * @param paths Only commits that touch one of these count. Default: all.
 */
export async function commitsBetween(
  git: GitLog,
  from: string | undefined,
  to: string,
  paths: readonly string[] = [],
): Promise<readonly AuditedCommit[] | undefined> {
  const range =
    from === undefined || from === to ? [checkRevision(to), "-n1"] : [`${checkRevision(from)}..${checkRevision(to)}`];
  const read = async (...options: readonly string[]): Promise<readonly AuditedCommit[]> => {
    const how = ["--no-notes", "-z", `--format=${format}%x1e`, `--max-count=${most}`, ...options];
    return parse(await git(["log", ...how, ...range, "--", ...paths]));
  };
  try {
    // A merge changes no file that its branch has not changed: with paths Git leaves it out, unless it follows what merged it.
    const merges = paths.length === 0 ? [] : await read("--first-parent", "--merges");
    const all = [...merges, ...(await read())];
    const found = [...new Map(all.map((commit) => [commit.revision, commit])).values()];
    return found.length > 0 || from === undefined ? found : await commitsBetween(git, undefined, to, paths);
  } catch (error) {
    if (error instanceof ProgramError && error.reason === "exit") return undefined;
    throw error;
  }
}

function parse(output: string): readonly AuditedCommit[] {
  return output
    .split("\u001e")
    .map((text) => text.replace(/^\0/, "").split("\0"))
    .filter((fields) => fields.length >= 10)
    .map((fields) => {
      const [revision = "", date = "", author = "", committer = "", subject = "", reviewers = "", action = ""] = fields;
      const [parents = "", reviewedOn = "", body = ""] = fields.slice(7);
      const pullRequest = reviewedOn.trim() === "" ? pullRequestIn(subject, body) : reviewedOn.trim();
      return {
        ...{ revision, date, author, committer, subject },
        reviewers: reviewers.split("\u001f").filter((name) => name.trim() !== ""),
        ...(action.trim() === "" ? {} : { action: action.trim() }),
        ...(pullRequest === undefined ? {} : { pullRequest }),
        // Forges commit a merge themselves, and name who has asked for it as its author.
        ...(parents.trim().includes(" ") ? { mergedBy: author } : {}),
      };
    });
}

/** As GitHub and Gitea (`Merge pull request #12 …`, `… (#12)`) and GitLab (`See merge request shop/config!12`) write it. */
function pullRequestIn(subject: string, body: string): string | undefined {
  const request = /^See merge request (\S*![0-9]+)$/m.exec(body)?.[1];
  const number = /^Merge pull request (?:.*\()?#(\d+)/.exec(subject)?.[1] ?? /\(#(\d+)\)$/.exec(subject)?.[1];
  return request ?? (number === undefined ? undefined : `#${number}`);
}
