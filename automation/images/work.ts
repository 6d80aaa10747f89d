import { blockedInPlan } from "../../core/blocked/judge.ts";
import { readBlockList } from "../../core/blocked/list.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { failure, throwErrors } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { quote } from "../../core/errors/quote.ts";
import { ownerClosure } from "../../core/freeze/of-spec.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import { checkImagePolicies } from "../../core/images/check.ts";
import { imageSubjects, type ImageSubjects } from "../../core/images/subjects.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { selectApplications } from "../../core/promotion/gates.ts";
import type { WantedImage } from "../../core/promotion/wanted.ts";
import { judgePlan } from "../policy/gate.ts";
import type { CheckedViolation } from "../policy/policy.ts";
import { withPacks } from "../policy/session.ts";
import { tipOf } from "../promote/decide.ts";
import { writeImages } from "../promote/write-images.ts";
import { Registries } from "../registry/client.ts";
import { KnownDates } from "../registry/known-dates.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { lookForImages, type LookedImage } from "./look.ts";

/** What was found out about the images of an environment. */
export interface ImageWork extends ImageSubjects {
  readonly target: LoadedEnvironment;
  readonly writer: RepositoryWriter;
  /** The plan at the tip of the branch. */
  readonly before: ComputedPlan;
  readonly selected: ReadonlySet<string>;
  /** Names of the applications; undefined for all. */
  readonly named: readonly string[] | undefined;
  readonly images: readonly LookedImage[];
  /** What could not be found out, and what must not be changed now. */
  readonly problems: readonly Finding[];
  /** Applications that are left out, as they are frozen and nobody is asked. */
  readonly held: ReadonlySet<string>;
  readonly now: Date;
}

/** A change that is ready to be offered. */
export interface ImageUpdate extends ImageWork {
  readonly wanted: readonly WantedImage[];
  readonly files: FileChanges;
  readonly after: ComputedPlan;
  readonly violations: readonly CheckedViolation[];
}

/**
 * Asks the registries what is newer than what the branch of an environment says.
 * @param direct True if nobody is asked before it is committed: then a freeze window holds an application back.
 * @throws CONFIG_INVALID for policies that are none, USAGE, and what planning throws.
 */
export async function openImageWork(
  session: Session,
  env: string,
  applications: readonly string[],
  direct: boolean,
): Promise<ImageWork> {
  const { project, io } = session;
  const loaded = await loadEnvironment(project, env);
  throwErrors(await checkImagePolicies(loaded));
  const { source } = loaded.spec;
  const writer = new RepositoryWriter(source, { project, cache: io.cache, env: io.env, signal: io.signal });
  const tip = await tipOf(writer, source.branch);
  const before = await computeEnvironment(session, env, tip);
  const target = before.environment;
  throwErrors(await checkImagePolicies(target));
  const known = before.plan.applications.map(({ name }) => name);
  const selected = selectApplications({ name: env, promotion: undefined }, known, applications);
  const found = imageSubjects(target.spec, before.plan, selected);
  const { subjects } = found;
  const settings = target.spec.imageUpdates;
  const around = { env: io.env, signal: io.signal, now: () => io.now() };
  session.progress.step(`asking registries for ${subjects.length} ${subjects.length === 1 ? "image" : "images"}`);
  const images = await lookForImages(subjects, {
    registries: new Registries(settings, around),
    blocked: await readBlockList(project),
    environment: env,
    dates: await KnownDates.read(io.cache),
  });
  const now = io.now();
  const frozen = direct ? frozenFindings(target, images, now) : new Map<string, Finding>();
  const named = applications.length === 0 ? undefined : [...applications].sort();
  const problems = [
    ...new Map(images.flatMap(({ problem }) => (problem === undefined ? [] : [[problem.message, problem]]))).values(),
    ...frozen.values(),
  ];
  const held = new Set(frozen.keys());
  return { ...found, target, writer, before, selected, named, images, problems, held, now };
}

/** Images that are to become other versions now. */
export function wantedOf({ images, held }: Pick<ImageWork, "images" | "held">): readonly WantedImage[] {
  return images.flatMap(({ application, present, now }) =>
    now === undefined || held.has(application) ? [] : [{ application, old: present, now }],
  );
}

/**
 * Writes the newer versions where the environment names them, and asks the block list and the policy about the result.
 * @throws IMAGES_REFUSED, REVISION_BLOCKED, IMAGE_BLOCKED and what planning throws.
 */
export async function prepareImages(
  session: Session,
  work: ImageWork,
  wanted: readonly WantedImage[],
): Promise<ImageUpdate> {
  const { writer, before, target } = work;
  const selected = new Set(wanted.map(({ application }) => application));
  const shared = "give the image the same policy there, and leave no application out";
  const request = { writer, before, images: wanted, selected, code: "IMAGES_REFUSED", shared } as const;
  const { files, after } = await writeImages(session, request);
  throwErrors(blockedInPlan(await readBlockList(session.project), after.plan));
  const judged = await withPacks(session, target.spec.name, async (opening) => judgePlan(await opening, after));
  return { ...work, wanted, files: files.changes, after, violations: judged.violations };
}

function frozenFindings(
  { spec }: LoadedEnvironment,
  images: readonly LookedImage[],
  now: Date,
): ReadonlyMap<string, Finding> {
  const names = new Set(images.flatMap((each) => (each.now === undefined ? [] : [each.application])));
  return new Map(
    [...names].flatMap((name): readonly (readonly [string, Finding])[] => {
      const closure = ownerClosure(spec, `application/${name}`, now);
      if (closure === undefined) return [];
      const until = closure.until === undefined ? "" : ` until ${closure.until.toISOString()}`;
      const message = `${quote(name)} in ${quote(spec.name)} is frozen${until}, by ${closure.field}, and --direct asks nobody.`;
      const fix = "Wait, or leave --direct out: somebody then decides when it is merged.";
      return [[name, errorFinding("IMAGES_WAITING", message, fix)]];
    }),
  );
}

/** @throws IMAGES_REFUSED where an environment takes newer images by pull request only. */
export function checkDirect({ spec }: LoadedEnvironment): void {
  if (spec.promotion !== undefined) {
    throw failure(
      "IMAGES_REFUSED",
      `${quote(spec.name)} takes changes from ${quote(spec.promotion.from)}, and --direct would go round that.`,
      `Update the images of ${spec.promotion.from}, and promote them; or leave --direct out, so that somebody decides.`,
    );
  }
  if (spec.imageUpdates?.direct === true) return;
  throw failure(
    "IMAGES_REFUSED",
    `${quote(spec.name)} takes newer images by pull request only.`,
    `Leave --direct out, or write \`imageUpdates: { direct: true }\` in environments/${spec.name}.yaml.`,
  );
}
