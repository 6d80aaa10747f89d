import { DriftlessError } from "../../core/errors/error.ts";
import { environmentFile, baseFile } from "../../core/environment/file.ts";
import { authorsOf } from "../../core/git/authors.ts";
import { runGit } from "../../core/git/git.ts";
import { mirrorFolder } from "../../core/git/mirror.ts";
import { projectCommit } from "../../core/git/project-commit.ts";
import { projectGit } from "../../core/git/project-git.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import { readSigner } from "../../core/git/write-identity.ts";
import type { UpdateRecord } from "../../core/history/record.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { Session } from "../session.ts";

const mostOutput = 16 << 20;

/**
 * Addresses of those who wrote what a plan changes: of the commits of the source since the last update, and of those that
 * changed the environment's documents since then. Whoever runs this counts where the documents are not committed.
 */
export async function changeAuthors(
  { project, io }: Session,
  { plan, environment: { spec } }: ComputedPlan,
  last: Pick<UpdateRecord, "to" | "control"> | undefined,
): Promise<ReadonlySet<string>> {
  const context = { env: io.env, signal: io.signal };
  const url = parseRepositoryUrl(spec.source.repo, spec.source.local, project);
  const store = { mirror: mirrorFolder(io.cache, url), ...context };
  const ofSource = authorsOf(async (args) => (await runGit(store, args, undefined, mostOutput)).toString("utf8"), {
    from: last?.to,
    to: plan.revision,
  });
  return new Set([...(await ofSource), ...(await documentAuthors())]);

  async function documentAuthors(): Promise<Iterable<string>> {
    const control = await projectCommit(project, context);
    if (control === undefined) return [];
    const paths = [environmentFile(spec.name), baseFile];
    const from = last?.control?.replace(/\+$/, "");
    const authors = await authorsOf(projectGit(project, context), { from, to: control.revision, paths });
    return control.dirty ? [...authors, ...(await whoRunsThis())] : authors;
  }

  async function whoRunsThis(): Promise<readonly string[]> {
    try {
      const { author, committer } = await readSigner(undefined, { env: io.env, project, signal: io.signal });
      return [author.email, committer.email];
    } catch (error) {
      if (error instanceof DriftlessError) return [];
      throw error;
    }
  }
}
