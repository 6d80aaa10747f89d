import { blockedInPlan } from "../../core/blocked/judge.ts";
import { readBlockList } from "../../core/blocked/list.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { OpenedSource } from "../../core/git/tree.ts";
import { surveyPlan, type SurveyedPlan, type SurveyRequest } from "../../core/plan/compute.ts";
import type { EarlierRendering } from "../../core/plan/unchanged.ts";
import type { PackPool } from "../policy/pool.ts";
import { openPolicy, violationFindings, type CheckedViolation, type Policy } from "../policy/policy.ts";
import type { Session } from "../session.ts";
import { settled } from "../settled.ts";
import { checkPlanSchemas, schemaFindings } from "../validate/schemas.ts";
import type { EnvironmentSide, PlannedSide, SideFinding } from "./compare.ts";

/** What all environments of a review share. */
export interface SideContext {
  readonly session: Session;
  readonly tools: SurveyRequest["tools"];
  readonly pool: PackPool;
}

/** A commit of the project, or of the source that its environments are to follow. */
export interface Side {
  /** Folder of its documents. */
  readonly documents: string;
  /** The source at the commit; absent where pins decide. */
  readonly source?: OpenedSource | undefined;
}

/** A side that is planned, with what the other one can use of it. */
export interface SurveyedSide {
  /** What is said of it, which takes a while longer. */
  readonly judged: Promise<EnvironmentSide>;
  readonly rendering: EarlierRendering | undefined;
  /** The packs that judge it; undefined where it could not be planned. */
  readonly policy: Promise<Policy> | undefined;
}

/** Plans and judges an environment on one side; whatever is wrong with it is what it is reviewed for. */
export async function surveySide(
  context: SideContext,
  loaded: LoadedEnvironment,
  side: Side,
  earlier: EarlierRendering | undefined,
): Promise<SurveyedSide> {
  const { session, tools } = context;
  // Packs start while the plan is made.
  const starting = policyOf(context, loaded, side);
  starting.catch(() => undefined);
  const survey = await settled(session, () =>
    surveyPlan(loaded, {
      ...{ ...surroundingsOf(context, side), tools, opened: side.source, earlier },
      progress: (line) => session.progress.detail(line),
    }),
  );
  if (!("plan" in survey)) return { judged: Promise.resolve(survey), rendering: undefined, policy: undefined };
  const { environment, tree, rendered } = survey;
  // Packs know every application, also those made of folders.
  const policy = environment === loaded ? starting : policyOf(context, environment, side);
  const judged = judgeSide(context, survey, policy, side);
  // It is waited for later; what goes wrong in the meantime is told then.
  judged.catch(() => undefined);
  return { judged, rendering: { spec: environment.spec, tree, rendered }, policy };
}

async function judgeSide(
  { session }: SideContext,
  survey: SurveyedPlan,
  policy: Promise<Policy>,
  { documents }: Side,
): Promise<PlannedSide> {
  const { plan, environment, failed, findings } = survey;
  const more = await Promise.all([
    findingsOf(session, async () => violations(await policy, survey)),
    findingsOf(session, async () => schemaFindings((await checkPlanSchemas(survey)).mistakes)),
    findingsOf(session, async () => blockedInPlan(await readBlockList(documents), plan)),
  ]);
  return {
    ...{ environment, plan },
    failed: failed?.applications ?? new Set(),
    findings: [...(failed?.error.findings ?? []), ...findings, ...more.flat()],
  };
}

function policyOf(context: SideContext, environment: LoadedEnvironment, side: Side): Promise<Policy> {
  return openPolicy(environment, { ...surroundingsOf(context, side), start: context.pool.open });
}

function surroundingsOf({ session: { project, io } }: SideContext, { documents }: Side) {
  return { project, documents, cache: io.cache, env: io.env, signal: io.signal };
}

/** One finding for all clusters on which a rule says the same of an object. */
async function violations(policy: Policy, survey: SurveyedPlan): Promise<readonly SideFinding[]> {
  const { violations: found } = await policy.checkPlan(survey);
  const objectOf = ({ object }: CheckedViolation): string => object.slice(object.indexOf("/") + 1);
  const groups = Map.groupBy(found, (violation) => {
    const { pack, rule, what, level, field, place } = violation;
    return JSON.stringify([pack, rule, what, level, field, place, objectOf(violation)]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { pack, rule, field, object } = first;
    const clusters = [...new Set(group.map((each) => each.object.split("/", 1)[0]))];
    const shown = object.includes("/") ? `${clusters.join(", ")}/${objectOf(first)}` : object;
    const subject = field === undefined ? {} : { subject: JSON.stringify([pack, rule, objectOf(first), field]) };
    return violationFindings([{ ...first, object: shown }]).map((finding) => ({ ...finding, ...subject }));
  });
}

async function findingsOf(
  session: Session,
  work: () => Promise<readonly SideFinding[]>,
): Promise<readonly SideFinding[]> {
  const found = await settled(session, work);
  return "findings" in found ? found.findings : found;
}
