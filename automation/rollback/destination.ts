import { readBlockList } from "../../core/blocked/list.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { pendingRollbacks, toPlaced, unlisted } from "../../core/rollback/pending.ts";
import { engineOf } from "../engine-work.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";
import { badContents, planIfPossible, type Contents } from "./contents.ts";
import { lastGoodOf } from "./good-application.ts";
import { applicationOf, revertApplication } from "./revert-application.ts";
import { rollbackTarget, type TargetInput } from "./target.ts";

/** What somebody wants back. */
export interface Wanted {
  /** Only this one; undefined for the whole environment. */
  readonly application: string | undefined;
  /** A full commit id or the number of an update; undefined for the last good one. */
  readonly to: string | undefined;
  readonly reason: string;
}

/** Where a rollback goes. */
export interface Destination {
  /** The commit to pin. */
  readonly revision: string;
  readonly plan: EnvironmentPlan;
  /** What is there now; undefined if it cannot be planned. */
  readonly present: EnvironmentPlan | undefined;
  readonly contents: Contents;
  /** The branch of the config repository on which the commit is, if it was made for this. */
  readonly branch?: string | undefined;
  /** For one application: the plans that the commit puts together. */
  readonly parts?: readonly ComputedPlan[];
  /** Why the commit is on this machine only. */
  readonly unpublished?: string | undefined;
}

/**
 * Finds where to go back to; for one application by making a commit.
 * @throws ROLLBACK_IMPOSSIBLE, ROLLBACK_CONFLICT, REVISION_BLOCKED, UPDATE_NOT_FOUND, and whatever keeps it from being planned.
 */
export async function destination(session: Session, loaded: LoadedEnvironment, wanted: Wanted): Promise<Destination> {
  const { spec } = loaded;
  const engine = await engineOf(session, spec);
  session.progress.detail("reading the history");
  const [records, listed, outputs] = await Promise.all([
    engine.history(),
    readBlockList(session.project),
    engine.outputs(),
  ]);
  const blocked = [...listed, ...toPlaced(unlisted(pendingRollbacks(outputs), listed))];
  const input = { environment: spec.name, present: spec.source.revision, to: wanted.to, records, blocked };
  return wanted.application === undefined
    ? wholeEnvironment(session, input)
    : oneApplication(session, loaded, { ...wanted, application: wanted.application }, input);
}

async function wholeEnvironment(session: Session, input: TargetInput): Promise<Destination> {
  const target = rollbackTarget(input);
  const { plan } = await computeEnvironment(session, input.environment, target);
  const bad = await planIfPossible(session, input.environment, input.present);
  return { revision: target, plan, present: bad, contents: bad === undefined ? {} : badContents(bad, plan) };
}

async function oneApplication(
  session: Session,
  { spec }: LoadedEnvironment,
  { application, to, reason }: Wanted & { readonly application: string },
  input: TargetInput,
): Promise<Destination> {
  const bad = await computeEnvironment(session, spec.name);
  const { digest } = applicationOf(bad.plan, application);
  const good =
    to === undefined
      ? await lastGoodOf(session, application, bad, input)
      : await computeEnvironment(session, spec.name, rollbackTarget(input));
  const made = await revertApplication(session, { spec, application, bad, good, reason });
  return { ...made, parts: [bad, good], present: bad.plan, contents: { [application]: digest } };
}
