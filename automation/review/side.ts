import { blockedInPlan } from "../../core/blocked/judge.ts";
import { readBlockList } from "../../core/blocked/list.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { OpenedSource } from "../../core/git/tree.ts";
import { surveyPlan, type SurveyedPlan, type SurveyRequest } from "../../core/plan/compute.ts";
import type { EarlierRendering } from "../../core/plan/unchanged.ts";
import type { PackPool } from "../policy/pool.ts";
import { openPolicy, violationFindings, type Policy } from "../policy/policy.ts";
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

/** A side that was planned, with what the other one can use of it. */
export interface SurveyedSide {
  readonly side: EnvironmentSide;
  readonly rendering: EarlierRendering | undefined;
}

/** Plans and judges an environment on one side; whatever is wrong with it is what it is reviewed for. */
export async function surveySide(
  context: SideContext,
  loaded: LoadedEnvironment,
  { documents, source }: Side,
  earlier: EarlierRendering | undefined,
): Promise<SurveyedSide> {
  const { session, tools, pool } = context;
  const { project, io, progress } = session;
  const surroundings = { project, documents, cache: io.cache, env: io.env, signal: io.signal };
  const policyOf = (environment: LoadedEnvironment) => openPolicy(environment, { ...surroundings, start: pool.open });
  // They start while the plan is made.
  const starting = policyOf(loaded);
  starting.catch(() => undefined);
  const survey = await settled(session, () =>
    surveyPlan(loaded, {
      ...{ ...surroundings, tools, opened: source, earlier },
      progress: (line) => progress.detail(line),
    }),
  );
  if (!("plan" in survey)) return { side: survey, rendering: undefined };
  const { plan, environment, failed, findings, tree, rendered } = survey;
  const more = await Promise.all([
    findingsOf(session, async () => schemaFindings((await checkPlanSchemas(survey)).mistakes)),
    findingsOf(session, async () => {
      // Packs know every application, also those made of folders.
      const policy = await (environment === loaded ? starting : policyOf(environment));
      return violations(policy, survey);
    }),
    findingsOf(session, async () => blockedInPlan(await readBlockList(documents), plan)),
  ]);
  const side: PlannedSide = {
    ...{ environment, plan },
    failed: failed?.applications ?? new Set(),
    findings: [...(failed?.error.findings ?? []), ...findings, ...more.flat()],
  };
  return { side, rendering: { spec: environment.spec, tree, rendered } };
}

async function violations(policy: Policy, survey: SurveyedPlan): Promise<readonly SideFinding[]> {
  const { violations: found } = await policy.checkPlan(survey);
  return found.flatMap((violation) => {
    const { pack, rule, object, field } = violation;
    const subject = field === undefined ? {} : { subject: JSON.stringify([pack, rule, object, field]) };
    return violationFindings([violation]).map((finding) => ({ ...finding, ...subject }));
  });
}

async function findingsOf(
  session: Session,
  work: () => Promise<readonly SideFinding[]>,
): Promise<readonly SideFinding[]> {
  const found = await settled(session, work);
  return "findings" in found ? found.findings : found;
}
