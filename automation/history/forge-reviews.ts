import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { AuditedCommit } from "../../core/git/commits-between.ts";
import { parseRepositoryUrl, type RepositoryUrl } from "../../core/git/url.ts";
import type { AuditedUpdate } from "../../core/history/audit.ts";
import { openForge } from "../forge/open.ts";
import { findControlRepository } from "../promote/control.ts";
import type { Session } from "../session.ts";

/** Gets who approved the pull requests that commits name, by what the commits say of them. */
type Reviews = (commits: readonly AuditedCommit[]) => Promise<readonly AuditedCommit[]>;

/**
 * The same updates with those who approved the pull requests on their forges, among the reviewers of the commits. What a forge
 * does not say is noted: the audit then has what Git knows.
 */
export async function withForgeReviews(
  session: Session,
  { source, forges }: EnvironmentSpec,
  updates: readonly AuditedUpdate[],
): Promise<readonly AuditedUpdate[]> {
  const control = await findControlRepository(session);
  const ofSource = reviewsOf(session, parseRepositoryUrl(source.repo, source.local, session.project), forges);
  const ofControl =
    control === undefined
      ? undefined
      : reviewsOf(session, parseRepositoryUrl(control.repo, true, control.folder), forges);
  const found: AuditedUpdate[] = [];
  for (const update of updates) {
    const { commits, documentCommits } = update;
    found.push({
      ...update,
      ...(commits === undefined ? {} : { commits: await ofSource(commits) }),
      ...(documentCommits === undefined || ofControl === undefined
        ? {}
        : { documentCommits: await ofControl(documentCommits) }),
    });
  }
  return found;
}

/** Asks for each pull request once, and no more once the forge has refused an answer. */
function reviewsOf(session: Session, url: RepositoryUrl, forges: EnvironmentSpec["forges"]): Reviews {
  const known = new Map<number, readonly string[]>();
  let silent = url.kind === "local";
  const approvers = async (number: number): Promise<readonly string[]> => {
    const before = known.get(number);
    if (before !== undefined || silent) return before ?? [];
    try {
      const forge = await openForge(url, forges, { ...session.io, now: () => session.io.now() });
      session.progress.detail(`asking ${forge.address.display} about pull request ${number}`);
      const names = (await forge.approvals(number)).map(({ by }) => `${by} (${forge.address.display})`);
      known.set(number, names);
      return names;
    } catch (error) {
      session.io.signal.throwIfAborted();
      if (!(error instanceof DriftlessError)) throw error;
      silent = true;
      session.progress.note(`who approved pull requests is as the commits say: ${error.findings[0].message}`);
      return [];
    }
  };
  return async (commits) => {
    const found: AuditedCommit[] = [];
    for (const commit of commits) {
      const number = /(\d+)\/?$/.exec(commit.pullRequest ?? "")?.[1];
      const more = number === undefined ? [] : await approvers(Number(number));
      found.push({ ...commit, reviewers: [...commit.reviewers, ...more] });
    }
    return found;
  };
}
