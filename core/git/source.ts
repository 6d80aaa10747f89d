import { editDistance } from "../errors/nearest.ts";
import type { SourceSpec } from "../environment/spec.ts";
import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { mirrorFolder } from "./mirror.ts";
import { checkBranch, checkRevision } from "./ref.ts";
import { RepositoryTree } from "./repository-tree.ts";
import { Repository } from "./repository.ts";
import type { TreeIndex } from "./tree-index.ts";
import type { OpenedSource } from "./tree.ts";
import { parseRepositoryUrl } from "./url.ts";
import { requireGit } from "./version.ts";

/** What reading a source needs of the machine. */
export interface SourceContext {
  /** Absolute path of the project; local repositories are relative to it. */
  readonly project: string;
  /** Absolute path of the machine cache. */
  readonly cache: string;
  /** Where git is, and who supplies credentials; git gets only what it needs of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** A repository and the commit of it that is read. */
export type RepositoryAtCommit = Pick<SourceSpec, "repo" | "revision" | "local">;

/** A commit as `driftless pin` shows it. */
export interface ResolvedCommit {
  /** The full commit id. */
  readonly revision: string;
  readonly subject: string;
  /** Commit date, ISO 8601. */
  readonly date: string;
  readonly author: string;
}

/** Which commit `driftless pin` wants: where a branch is now, or one by its full id. */
export type CommitReference = { readonly branch: string } | { readonly revision: string };

/** Listings of the last few commits; a commit never changes. */
const listings = new Map<string, TreeIndex>();
const maxListings = 8;

/** Openings that are under way; those of one run share them. */
const openings = new Map<
  string,
  { readonly signal: AbortSignal | undefined; readonly opened: Promise<OpenedSource> }
>();

/**
 * Opens the source at its pinned commit. The network is used only if the mirror does not hold the commit.
 * @throws GIT_URL_INVALID, GIT_URL_DENIED, REVISION_INVALID before git is started; COMMIT_NOT_FOUND, GIT_UNREACHABLE,
 * GIT_REDIRECT_DENIED, REPO_LIMIT, TOOL_MISSING, TOOL_FAILED, INTERRUPTED.
 */
export async function openSource(source: RepositoryAtCommit, context: SourceContext): Promise<OpenedSource> {
  const repository = repositoryOf(source, context);
  const revision = checkRevision(source.revision);
  const key = `${repository.folder}@${revision}`;
  const running = openings.get(key);
  if (running !== undefined && running.signal === context.signal) return running.opened;

  const opened = open(repository.repository, revision, key, context);
  openings.set(key, { signal: context.signal, opened });
  try {
    return await opened;
  } finally {
    if (openings.get(key)?.opened === opened) openings.delete(key);
  }
}

/**
 * Asks the remote which commit a branch is at, or makes sure that a commit exists; either way it is in the mirror after.
 * @throws what `openSource` throws; GIT_REF_INVALID; REF_NOT_FOUND with the names that come closest.
 */
export async function resolveCommit(
  source: SourceSpec,
  reference: CommitReference,
  context: SourceContext,
): Promise<ResolvedCommit> {
  const { repository } = repositoryOf(source, context);
  const wanted = "branch" in reference ? checkBranch(reference.branch) : checkRevision(reference.revision);
  await requireGit(context.env);
  const revision = "branch" in reference ? await tipOf(repository, wanted) : wanted;
  await repository.findCommit(revision);
  return { revision, ...(await repository.describe(revision)) };
}

function repositoryOf(
  source: Pick<SourceSpec, "repo" | "local">,
  context: SourceContext,
): { repository: Repository; folder: string } {
  const url = parseRepositoryUrl(source.repo, source.local, context.project);
  const folder = mirrorFolder(context.cache, url);
  return { folder, repository: new Repository(url, { mirror: folder, env: context.env, signal: context.signal }) };
}

async function open(
  repository: Repository,
  revision: string,
  key: string,
  context: SourceContext,
): Promise<OpenedSource> {
  const read = (ids: readonly string[], bytes: number) => repository.readFiles(revision, ids, bytes);
  const known = listings.get(key);
  if (known !== undefined) return { tree: new RepositoryTree(revision, known, read), from: "cache" };

  await requireGit(context.env);
  const { root, fetched } = await repository.findCommit(revision);
  const index = await repository.listTree(revision, root);
  listings.set(key, index);
  for (const oldest of listings.keys()) if (listings.size > maxListings) listings.delete(oldest);
  return { tree: new RepositoryTree(revision, index, read), from: fetched ? "fetched" : "cache" };
}

async function tipOf(repository: Repository, branch: string): Promise<string> {
  const branches = await repository.branches();
  const tip = branches.get(branch);
  if (tip !== undefined) return checkRevision(tip);
  const close = closest(branch, [...branches.keys()]);
  throw failure(
    "REF_NOT_FOUND",
    `The repository has no branch ${quote(branch)}.`,
    close.length === 0
      ? "It has no branches at all; push one first."
      : `Use one that it has; the closest: ${close.map(quote).join(", ")}.`,
  );
}

function closest(name: string, candidates: readonly string[]): readonly string[] {
  const ranked = candidates
    .slice(0, 1_000)
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }));
  ranked.sort((left, right) => left.distance - right.distance);
  return ranked.slice(0, 3).map(({ candidate }) => candidate);
}
