import { freezeStates } from "../../core/freeze/of-spec.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { applicationOf } from "../../core/plan/identity.ts";
import { freezeRule } from "../../core/policy/run.ts";
import type { Io } from "../io.ts";
import { runFactsOf } from "../policy/gate.ts";
import { violationFindings, type Policy } from "../policy/policy.ts";
import { settled } from "../settled.ts";
import type { EnvironmentSide } from "./compare.ts";
import type { EnvironmentReview } from "./model.ts";

/** What a forecast is made of, beside what was compared. */
export interface ForecastInput {
  readonly base: EnvironmentSide;
  readonly head: EnvironmentSide;
  /** The packs of the head; undefined where they were never started. */
  readonly policy: Promise<Pick<Policy, "checkRun">> | undefined;
}

/** The time, and whether somebody has stopped it. */
interface Clock {
  readonly io: Pick<Io, "now" | "signal">;
}

/**
 * The review with what an update would be told if it ran now and the clusters held what the base says: by the rules about a run
 * and by freeze windows. Neither is a failure, as nobody knows when it will run and what it will find.
 */
export async function withForecast(
  session: Clock,
  review: EnvironmentReview,
  { base, head, policy }: ForecastInput,
): Promise<EnvironmentReview> {
  if (review.changes.changes.length === 0 || head === undefined || !("plan" in head)) return review;
  const { tenants, applications } = review;
  const owners = new Set(["environment", ...tenants.map((each) => `tenant/${each}`), ...applications.map(ownerOf)]);
  const states = freezeStates(head.environment.spec, session.io.now());
  const before = base !== undefined && "plan" in base ? [...base.plan.tenants, ...base.plan.applications] : [];
  const held = before.reduce((sum, { objects }) => sum + objects.length, 0);
  return {
    ...review,
    risks: [...review.risks, ...(await runRisks(session, review, held, policy))],
    freeze: states.filter(({ owner }) => owners.has(owner)),
  };
}

/** A finding that rests on two commits alone, whatever an update then finds. */
export function forecastOf({ severity, message, ...finding }: Finding): Finding {
  const then = severity === "error" ? ": an update would be refused" : "";
  return {
    ...finding,
    severity: "warning",
    message: `${message.replace(/\.$/, "")} (a forecast from Git alone${then}).`,
  };
}

async function runRisks(
  session: Clock,
  { changes: { changes } }: EnvironmentReview,
  objects: number,
  policy: ForecastInput["policy"],
): Promise<readonly Finding[]> {
  // That packs cannot be started is among the findings already.
  const opened = await policy?.catch(() => undefined);
  if (opened === undefined) return [];
  const hooks = changes.flatMap(({ hook, owner }) => {
    const application = hook === undefined ? undefined : applicationOf(owner);
    return application === undefined ? [] : [{ application }];
  });
  const run = { changes: changes.filter(({ hook }) => hook === undefined), hooks, objects };
  const found = await settled(session, () => opened.checkRun(runFactsOf("up", run, session.io.now())));
  if ("findings" in found) return found.findings;
  return violationFindings(found.violations.filter(({ rule }) => rule !== freezeRule)).map(forecastOf);
}

function ownerOf(application: string): string {
  return `application/${application}`;
}
