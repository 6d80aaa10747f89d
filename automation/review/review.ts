import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { blockListFile } from "../../core/blocked/list.ts";
import { environmentFile, environmentsFolder, readDocument } from "../../core/environment/file.ts";
import { listEnvironments, loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import type { ForgesSpec } from "../../core/environment/spec.ts";
import type { OpenedSource, SourceTree } from "../../core/git/tree.ts";
import { digestPacks } from "../../core/plan/packs.ts";
import { packFolder } from "../../core/policy/pack-entry.ts";
import { PackPool } from "../policy/pool.ts";
import type { Session } from "../session.ts";
import { settled } from "../settled.ts";
import { renderTools } from "../work.ts";
import { EarlierApprovals } from "./approved.ts";
import { compareEnvironment, type EnvironmentSide } from "./compare.ts";
import { withForecast } from "./forecast.ts";
import type { EnvironmentReview, Review } from "./model.ts";
import type { ReviewRange } from "./range.ts";
import { writeSide } from "./side-folder.ts";
import { surveySide, type Side, type SideContext, type SurveyedSide } from "./side.ts";
import { followsRepository } from "./follows.ts";

/** A document that is loaded, one that cannot be, or none. */
type LoadedSide = LoadedEnvironment | Exclude<EnvironmentSide, { readonly plan: unknown } | undefined> | undefined;

/** A review, and which forges the base knows. */
export interface ReviewedRange {
  readonly review: Review;
  readonly forges: ForgesSpec;
}

/**
 * Compares every environment at two commits. No cluster is asked, and what is the same on both sides is neither planned
 * nor rendered. What is wrong with one environment says nothing about the others.
 */
export async function reviewRange(
  session: Session,
  range: ReviewRange,
  name: string | undefined,
): Promise<ReviewedRange> {
  const { repository, ofProject, ofSource } = range;
  const [before, after] = await Promise.all([repository.tree(range.base), repository.tree(range.head)]);
  const folder = await mkdtemp(join(tmpdir(), "driftless-review-"));
  const pool = new PackPool();
  try {
    const documents = ofProject
      ? await writeSides(session, range, folder, before, after)
      : [session.project, session.project];
    const sideOf = (at: number, tree: SourceTree): Side => {
      const source: OpenedSource | undefined = ofSource ? { tree, from: "cache" } : undefined;
      return { documents: documents[at] ?? session.project, source };
    };
    const sides = { base: sideOf(0, before), head: sideOf(1, after) };
    const names = new Set([
      ...(await listEnvironments(sides.base.documents)),
      ...(await listEnvironments(sides.head.documents)),
    ]);
    const [untouched, others]: [string[], string[]] = [[], []];
    const reviews: Promise<EnvironmentReview>[] = [];
    // Tools are found or built once something is to be rendered.
    let context: SideContext | undefined;
    let forges: ForgesSpec = {};
    // The plan of a commit of the source is approved once the pin says so: a merge makes another commit.
    const approved = ofSource ? undefined : new EarlierApprovals(session);
    for (const each of [...names].sort()) {
      const [base, head] = await Promise.all([load(session, each, sides.base), load(session, each, sides.head)]);
      if (base !== undefined && "spec" in base) forges = { ...forges, ...base.spec.forges };
      if (ofSource && ![base, head].some((side) => follows(session, side, range))) others.push(each);
      else if (await isSame(session, { base, head, sides })) untouched.push(each);
      else {
        context ??= { session, tools: await renderTools(session), pool };
        const { review } = await planEnvironmentSides(context, each, { base, head, sides }, approved);
        // The next one is planned while packs judge this one.
        review.catch(() => undefined);
        reviews.push(review);
      }
    }
    const found = await Promise.all(reviews);
    const environments = found.filter(({ state }) => state !== "unchanged");
    untouched.push(...found.flatMap(({ name: each, state }) => (state === "unchanged" ? [each] : [])));
    untouched.sort();
    const subject = ofProject && ofSource ? "both" : ofSource ? "source" : "project";
    const at = session.io.now().toISOString();
    const review = { name, subject, base: range.base, head: range.head, at, environments, untouched, others } as const;
    return { review, forges };
  } finally {
    await pool.close();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Loaded {
  readonly base: LoadedSide;
  readonly head: LoadedSide;
  readonly sides: { readonly base: Side; readonly head: Side };
}

async function writeSides(
  { project }: Session,
  { repository }: ReviewRange,
  folder: string,
  ...trees: readonly SourceTree[]
): Promise<readonly string[]> {
  const changed = await repository.changed();
  const current = await repository.tree(await repository.commit("HEAD"));
  return Promise.all(
    trees.map(async (tree, at) => {
      const own = join(folder, String(at));
      await mkdir(own, { mode: 0o700 });
      await writeSide({ project, repository, current, changed, tree, folder: own });
      return own;
    }),
  );
}

async function load(session: Session, name: string, { documents, source }: Side): Promise<LoadedSide> {
  const document = await settled(session, async () => await readDocument(documents, environmentFile(name)));
  if (document === undefined) return undefined;
  return settled(session, () => loadEnvironment(documents, name, { revision: source?.tree.revision }));
}

/** Of a document that cannot be read nobody knows what it follows: that is said, and no reason to leave it out. */
function follows({ project }: Session, side: LoadedSide, { repository }: ReviewRange): boolean {
  return side !== undefined && (!("spec" in side) || followsRepository(side.spec.source, repository, project));
}

/** True if nothing that a plan or its verdict depends on differs, as far as that can be told without planning. */
async function isSame(session: Session, { base, head, sides }: Loaded): Promise<boolean> {
  if (base === undefined || head === undefined || !("spec" in base) || !("spec" in head)) return false;
  const roots = [sides.base, sides.head].map(({ source }) => source?.tree.entry(".")?.id);
  const specs = [base, head].map(({ spec }) => ({
    ...spec,
    source: { ...spec.source, revision: roots[0] === undefined ? spec.source.revision : "" },
  }));
  if (roots[0] !== roots[1] || !isDeepStrictEqual(specs[0], specs[1])) return false;
  const facts = await Promise.all(
    [
      { side: sides.base, environment: base },
      { side: sides.head, environment: head },
    ].map(({ side, environment }) =>
      settled(session, async () => {
        const { spec, locate } = environment;
        const blocked = await readDocument(side.documents, blockListFile);
        const packs = spec.policy.packs.filter((pack) => typeof pack === "string" || !("git" in pack)).map(packFolder);
        const place = locate(["policy", "packs"]);
        return { packs: await digestPacks(side.documents, packs, place), blocked: blocked?.root };
      }),
    ),
  );
  return isDeepStrictEqual(facts[0], facts[1]);
}

/** The head first: the base takes what is the same from it. */
async function planEnvironmentSides(
  context: SideContext,
  name: string,
  { base, head, sides }: Loaded,
  approved: EarlierApprovals | undefined,
): Promise<{ readonly review: Promise<EnvironmentReview> }> {
  const survey = async (loaded: LoadedSide, side: Side, earlier: SurveyedSide["rendering"]): Promise<SurveyedSide> => {
    if (loaded === undefined || !("spec" in loaded)) {
      return { judged: Promise.resolve(loaded), rendering: undefined, policy: undefined };
    }
    return surveySide(context, loaded, side, earlier);
  };
  context.session.progress.step(`planning ${name}`);
  const after = await survey(head, sides.head, undefined);
  const before = await survey(head === undefined ? undefined : base, sides.base, after.rendering);
  const review = Promise.all([before.judged, after.judged]).then(async ([from, to]) => {
    const compared = compareEnvironment(name, `${environmentsFolder}/${name}.yaml`, from, to);
    const forecast = await withForecast(context.session, compared, { base: from, head: to, policy: after.policy });
    return approved === undefined ? forecast : approved.addTo(forecast, from, to);
  });
  return { review };
}
