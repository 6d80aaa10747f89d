import { EditedFiles } from "../../core/accept/edited-files.ts";
import { NotAccepted } from "../../core/accept/subject.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { SourceSpec } from "../../core/environment/spec.ts";
import { failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { resolveCommit } from "../../core/git/source.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import { besidesImages, objectKey, otherOwners } from "../../core/promotion/differences.ts";
import { editPromotedImage } from "../../core/promotion/edit.ts";
import { wantedImages, type WantedImage } from "../../core/promotion/wanted.ts";
import { ownerName } from "../output/change-set.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import type { Running } from "./running.ts";

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

/** Changes that a message names; the rest is counted. */
const mostNamed = 5;

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
    const files = await editAll(newest, missing);
    const after = await trial(session, writer, newest, files);
    if (wanted(after).length > 0 || besidesImages(newest.plan, after.plan, selected).length > 0)
      throw wrongResult(input, newest, after, wanted(after));
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
    `The branch ${quote(target.spec.source.branch)} has changes that ${quote(from)} has not run: ${named(untried.map(objectText))}.`,
    `Pin ${from} to ${shortRevision(tip)}, run driftless up ${from}, and promote that.`,
  );
}

async function editAll(computed: ComputedPlan, images: readonly WantedImage[]): Promise<EditedFiles> {
  const files = new EditedFiles(computed.tree);
  const { spec } = computed.environment;
  const applications = computed.plan.applications.map(({ name, renderer, path }) => {
    return [name, { renderer, path, values: spec.applications[name]?.helm?.values ?? [] }] as const;
  });
  const target = { source: spec.source, applications: new Map(applications) };
  for (const image of images) {
    try {
      await editPromotedImage(files, target, image);
    } catch (error) {
      if (!(error instanceof NotAccepted)) throw error;
      throw failure("PROMOTION_REFUSED", error.message, error.fix);
    }
  }
  return files;
}

/** The plan with changed files: of a commit that never leaves this machine. */
async function trial(
  session: Session,
  writer: RepositoryWriter,
  { plan }: ComputedPlan,
  files: EditedFiles,
): Promise<ComputedPlan> {
  const nobody = { name: "Driftless", email: "driftless@localhost" };
  const by = { author: nobody, committer: nobody, settings: [] };
  const commit = { base: plan.revision, files: files.changes, message: "Verification\n", by, sign: false };
  const made = await writer.commit(commit);
  return computeEnvironment(session, plan.environment, made?.revision ?? plan.revision);
}

function wrongResult(
  { target, selected }: DecisionInput,
  before: ComputedPlan,
  after: ComputedPlan,
  left: readonly WantedImage[],
): Error {
  const [first] = left;
  if (first !== undefined) {
    return failure(
      "PROMOTION_REFUSED",
      `With the files of ${quote(target.spec.name)} changed, ${first.application} would still run ${first.old.name} in its old version.`,
      "Change the file by hand that says which one it is.",
    );
  }
  const others = besidesImages(before.plan, after.plan, selected);
  const owners = otherOwners(others, selected);
  return failure(
    "PROMOTION_REFUSED",
    `With the files of ${quote(target.spec.name)} changed, something else would change too: ${named(others.map(objectText))}.`,
    owners.length > 0
      ? `${owners.map(ownerName).join(" and ")} use the same image: promote them too.`
      : "Change the files by hand.",
  );
}

async function tipOf(writer: RepositoryWriter, branch: string): Promise<string> {
  const tip = await writer.tipOf(branch);
  if (tip !== undefined) return tip.revision;
  throw failure("REF_NOT_FOUND", `${writer.display} has no branch ${quote(branch)}.`, "Set `source.branch` to one.");
}

function isSameRepository(project: string, left: SourceSpec, right: SourceSpec): boolean {
  const canonical = ({ repo, local }: SourceSpec): string => parseRepositoryUrl(repo, local, project).canonical;
  return canonical(left) === canonical(right);
}

function objectText({ kind, namespace, name, cluster }: ObjectChange): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} on ${cluster}`;
}

function named(texts: readonly string[]): string {
  const all = [...new Set(texts)];
  const rest = all.length - mostNamed;
  return rest > 0 ? `${all.slice(0, mostNamed).join(", ")} and ${rest} more` : all.join(", ");
}

function contextOf({ cache, env, signal }: Session["io"]) {
  return { cache, env, signal };
}
