import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { SourceSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { resolveCommit } from "../../core/git/source.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import { besidesImages, objectKey, otherOwners } from "../../core/promotion/differences.ts";
import { wantedImages, type WantedImage } from "../../core/promotion/wanted.ts";
import { ownerName } from "../output/change-set.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import type { Running } from "./running.ts";
import { named, namedChanges, writeImages } from "./write-images.ts";

/** What there is to do next. */
export type Decision =
  | { readonly kind: "nothing"; readonly plan: ComputedPlan }
  | {
      /** The pin moves: to a commit that has everything. */
      readonly kind: "pin";
      readonly before: ComputedPlan;
      readonly after: ComputedPlan;
    }
  | {
      /** The files of the environment are to name other images first. */
      readonly kind: "images";
      readonly writer: RepositoryWriter;
      readonly branch: string;
      /** Where the branch is. */
      readonly base: string;
      readonly files: FileChanges;
      readonly images: readonly WantedImage[];
      readonly before: ComputedPlan;
      readonly after: ComputedPlan;
    };

/** What a decision is about. */
export interface DecisionInput {
  readonly source: LoadedEnvironment;
  readonly target: LoadedEnvironment;
  readonly running: Running;
  readonly selected: ReadonlySet<string>;
  /** All applications: then it is right that the pin moves for all of them. */
  readonly all: boolean;
}

/**
 * Finds out what is missing in an environment of what another one runs. Nothing gets there that has not run there, but for
 * what only this environment has: an image file that the branch has changed since is no reason to take other changes with it.
 * @throws PROMOTION_REFUSED, REF_NOT_FOUND and what planning throws.
 */
export async function decide(session: Session, input: DecisionInput): Promise<Decision> {
  const { target, running, selected } = input;
  const { name, source } = target.spec;
  const { project, io } = session;
  const writer = new RepositoryWriter(source, { project, cache: io.cache, env: io.env, signal: io.signal });
  const wanted = (computed: ComputedPlan) => wantedImages(running.images, computed.plan, selected);
  const plan = (revision: string) => computeEnvironment(session, name, revision);
  const present = await plan(source.revision);
  const came = isSameRepository(project, input.source.spec.source, source) ? running.record.to : undefined;
  if (came !== undefined) await resolveCommit(source, { revision: came }, { project, ...contextOf(io) });
  const isBehind = came !== undefined && !(await writer.follows(source.revision, came));
  if (!isBehind && wanted(present).length === 0) return { kind: "nothing", plan: present };
  if (isBehind) {
    const there = await plan(came);
    if (wanted(there).length === 0) return pinTo(input, present, there);
  }
  const tip = await tipOf(writer, source.branch);
  const newest = await plan(tip);
  const missing = wanted(newest);
  if (missing.length > 0) {
    const request = {
      writer,
      before: newest,
      images: missing,
      selected,
      code: "PROMOTION_REFUSED",
      shared: "promote them too",
    } as const;
    const { files, after } = await writeImages(session, request);
    return {
      ...{ kind: "images", writer, branch: source.branch, base: tip },
      ...{ files: files.changes, images: missing, before: newest, after },
    };
  }
  if (came !== undefined) await refuseUntried(input, { writer, came, present, newest, plan });
  return pinTo(input, present, newest);
}

/** A pin moves all applications at once, which must be meant. */
function pinTo({ target, selected, all }: DecisionInput, before: ComputedPlan, after: ComputedPlan): Decision {
  if (before.plan.revision === after.plan.revision) return { kind: "nothing", plan: before };
  const others = otherOwners(diffPlans(before.plan, after.plan).changes, selected);
  if (all || others.length === 0) return { kind: "pin", before, after };
  throw failure(
    "PROMOTION_REFUSED",
    `The pin of ${quote(target.spec.name)} moves all of its applications at once, and would change ${named(others.map(ownerName))} too.`,
    "Name them too, or give --all.",
  );
}

/** What the branch has besides images and that the other environment has not run. */
async function refuseUntried(
  { source, target, selected, all }: DecisionInput,
  at: {
    readonly writer: RepositoryWriter;
    readonly came: string;
    readonly present: ComputedPlan;
    readonly newest: ComputedPlan;
    plan(revision: string): Promise<ComputedPlan>;
  },
): Promise<void> {
  const { writer, came, present, newest } = at;
  const from = source.spec.name;
  const tip = newest.plan.revision;
  if (!(await writer.follows(tip, came))) {
    throw failure(
      "PROMOTION_REFUSED",
      `The branch ${quote(target.spec.source.branch)} does not have the commit ${shortRevision(came)} that ${quote(from)} runs: somebody has rewritten it.`,
      `Pin ${from} to what the branch has now, run driftless up ${from}, and promote that.`,
    );
  }
  const tried = await at.plan(came);
  const scope = all ? new Set(newest.plan.applications.map(({ name }) => name)) : selected;
  const moves = new Set(diffPlans(present.plan, newest.plan).changes.map(objectKey));
  const untried = besidesImages(tried.plan, newest.plan, scope).filter((change) => moves.has(objectKey(change)));
  if (untried.length === 0) return;
  throw failure(
    "PROMOTION_REFUSED",
    `The branch ${quote(target.spec.source.branch)} has changes that ${quote(from)} has not run: ${namedChanges(untried)}.`,
    `Pin ${from} to ${shortRevision(tip)}, run driftless up ${from}, and promote that.`,
  );
}

/** Where a branch of the config repository is. @throws REF_NOT_FOUND. */
export async function tipOf(writer: RepositoryWriter, branch: string): Promise<string> {
  const tip = await writer.tipOf(branch);
  if (tip !== undefined) return tip.revision;
  throw failure("REF_NOT_FOUND", `${writer.display} has no branch ${quote(branch)}.`, "Set `source.branch` to one.");
}

function isSameRepository(project: string, left: SourceSpec, right: SourceSpec): boolean {
  const canonical = ({ repo, local }: SourceSpec): string => parseRepositoryUrl(repo, local, project).canonical;
  return canonical(left) === canonical(right);
}

function contextOf({ cache, env, signal }: Session["io"]) {
  return { cache, env, signal };
}
