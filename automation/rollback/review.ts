import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { ProgramError } from "../../core/exec/run.ts";
import { projectGit } from "../../core/git/project-git.ts";
import { publish } from "../../core/git/publish.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import { messageText, offerTrailers } from "../../core/git/write-message.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import type { Session } from "../session.ts";

/** What is offered for review in the control repository. */
export interface ReviewRequest {
  readonly environment: string;
  /** Files of the project as they are now, relative to it. */
  readonly files: readonly string[];
  readonly subject: string;
  readonly reason: string;
}

/** The branch, and why it could not be pushed. */
export interface Reviewed {
  readonly branch: string;
  readonly unpublished?: string;
}

/**
 * Puts changed files of the project on a branch of the repository that it was cloned from, on top of the commit that is checked
 * out; neither the work tree nor the index is touched. A later run replaces what an earlier one has put there.
 * @throws USAGE where the project is no clone; GIT_AUTHOR_MISSING.
 */
export async function offerForReview(session: Session, request: ReviewRequest): Promise<Reviewed> {
  const { environment, files: names, subject, reason } = request;
  const { io, project } = session;
  const branch = `driftless/rollback/${environment}`;
  const { base, prefix, origin } = await cloneOf(session);
  const signer = await readSigner(undefined, { env: io.env, project, signal: io.signal });
  const writer = new RepositoryWriter(
    { repo: origin, local: true },
    { project, cache: io.cache, env: io.env, signal: io.signal },
  );
  const files = new Map<string, string>();
  for (const name of names) {
    const text = await readFile(join(project, name), "utf8").catch(ignore("ENOENT"));
    if (text !== undefined) files.set(`${prefix}${name}`, text);
  }
  const about = { "Driftless-Action": "rollback", "Driftless-Environment": environment };
  const message = (tree: string): string => {
    const trailers = { ...about, [offerTrailers.branch]: branch, [offerTrailers.tree]: tree };
    return messageText({ subject, body: [reason], trailers }, signer.committer);
  };
  try {
    const made = await writer.commit({ base, files, message, by: signer, sign: signer.sign });
    if (made === undefined) return { branch };
    session.progress.step(`pushing ${branch}`);
    const isOurs = (tip: { readonly trailers: ReadonlyMap<string, string> }): boolean =>
      Object.entries(about).every(([name, value]) => tip.trailers.get(name) === value);
    await publish(writer, { branch, base, made, isOurs });
    return { branch };
  } catch (error) {
    io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    // Whatever keeps it from being reviewed must not keep what is bad where it is.
    return { branch, unpublished: error.findings[0].message };
  }
}

interface Clone {
  /** The commit that is checked out. */
  readonly base: string;
  /** Folder of the project in the repository: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly origin: string;
}

/** What the project was cloned from. @throws USAGE where it was not, so that nothing is changed before. */
export async function cloneOf({ io, project }: Pick<Session, "io" | "project">): Promise<Clone> {
  const git = projectGit(project, { env: io.env, signal: io.signal });
  try {
    const base = await git(["rev-parse", "--verify", "--quiet", "HEAD"]);
    const prefix = await git(["rev-parse", "--show-prefix"]);
    return { base, prefix, origin: await git(["config", "--get", "remote.origin.url"]) };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw failure(
      "USAGE",
      "--review needs a project that is a clone: it has no commit, or no remote `origin`.",
      "Leave --review out, and commit environments/ yourself.",
      { cause: error },
    );
  }
}
