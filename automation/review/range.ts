import { resolve } from "node:path";
import { failure } from "../../core/errors/error.ts";
import { WorkRepository } from "../../core/git/work-repository.ts";
import type { Session } from "../session.ts";
import { readCi } from "./ci.ts";

/** What somebody has said about what is to be reviewed. */
export interface RangeOptions {
  readonly base?: string | undefined;
  readonly head?: string | undefined;
  /** Folder of a clone of the config repository, relative to where the command runs. */
  readonly source?: string | undefined;
}

/** Two commits of a repository, and what of it is compared. */
export interface ReviewRange {
  readonly repository: WorkRepository;
  /** Full ids. The base is where the head left the branch that it goes to. */
  readonly base: string;
  readonly head: string;
  /** The project is in it: its documents are those of the two commits. */
  readonly ofProject: boolean;
  /** Environments are compared at the two commits as pins. */
  readonly ofSource: boolean;
}

const usualBranches = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"];

/**
 * Finds the two commits: as they were asked for, else as CI says, else what the clone has that its remote's branch does not.
 * @throws USAGE, COMMIT_NOT_FOUND.
 */
export async function openRange(session: Session, { base, head, source }: RangeOptions): Promise<ReviewRange> {
  const { project, io } = session;
  const context = { env: io.env, signal: io.signal };
  const folder = source === undefined ? project : resolve(io.cwd, source);
  const own = await WorkRepository.open(project, context);
  const repository = source === undefined ? own : await WorkRepository.open(folder, context);
  if (repository === undefined) {
    throw failure(
      "USAGE",
      source === undefined ? "The project is in no Git repository." : "The folder of --source is in no Git repository.",
      "Run it in a clone; --source names the folder of a clone of the config repository.",
    );
  }
  const to = await repository.commit(head ?? "HEAD");
  const { bases } = readCi(io.env);
  const from = await (base === undefined ? anyOf(repository, bases) : repository.commit(base));
  return {
    repository,
    base: await repository.mergeBase(from, to),
    head: to,
    ofProject: own !== undefined && own.folder === repository.folder,
    ofSource: source !== undefined,
  };
}

/** What CI names has to be there; what is usual need not. */
async function anyOf(repository: WorkRepository, bases: readonly string[]): Promise<string> {
  const found = await repository.firstCommit(bases.length > 0 ? bases : usualBranches);
  if (found !== undefined) return found;
  const [wanted] = bases;
  if (wanted !== undefined) return repository.commit(wanted);
  throw failure(
    "USAGE",
    "Nothing says what the change is to be compared with.",
    "Name it with --base, such as --base origin/main.",
  );
}
