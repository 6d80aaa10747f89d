import { withFights, type HealDecision } from "../../core/drift/heal.ts";
import { isDrift } from "../../core/drift/report.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { withFolders } from "../folder-sets.ts";
import { withPacks } from "../policy/session.ts";
import type { SafetyFlags } from "../safety.ts";
import type { Session } from "../session.ts";
import { environmentDrift, type DatedMeasure } from "./environment.ts";
import { HealCounter } from "./heal-counter.ts";
import { healParts } from "./heal-parts.ts";
import { HealRun } from "./heal-run.ts";
import type { Unhealed } from "./unhealed.ts";

/** How drift is healed. */
export interface HealAsk {
  /** True if a person asks for it: what is only reported otherwise is healed too. */
  readonly asked: boolean;
  /** What was said about deletions, and whether questions about them are answered already. */
  readonly flags: SafetyFlags;
  readonly yes: boolean;
  /** Asked before anything is touched; false: nothing is. */
  readonly agree?: (chosen: readonly HealDecision[]) => Promise<boolean>;
}

/** What became of drift that was to be healed. */
export interface Healed {
  /** Of everything that had drifted: without `left`, it is as it was last applied again. */
  readonly decisions: readonly HealDecision[];
  /** What kept it from being healed. */
  readonly errors: readonly Finding[];
  /** False if whoever was asked did not agree. */
  readonly agreed: boolean;
}

/** What was healed, and what was found afterwards. */
export interface HealedMeasure extends DatedMeasure {
  readonly healed: Healed;
}

/**
 * Heals what has drifted in an environment, as far as its document lets it, and measures again. Whatever keeps it from
 * healing something is among what it returns. Throws for an aborted signal only.
 */
export async function healDrift(
  session: Session,
  loaded: LoadedEnvironment,
  measured: DatedMeasure,
  ask: HealAsk,
): Promise<HealedMeasure> {
  const { environment } = measured.report;
  const counter = new HealCounter(session, await specOf(session, loaded));
  const decisions = await counter.decide(measured.report, ask.asked);
  const chosen = decisions.filter(({ left }) => left === undefined);
  if (chosen.length === 0) return summed(measured, { decisions, errors: [], agreed: true });
  const failing = (errors: readonly [Finding, ...Finding[]]): Unhealed => ({
    failed: new Map(chosen.map(({ object }) => [object.resourceName, errors[0]])),
    strangers: new Set(),
  });
  let touched = false;
  try {
    const unhealed = await withPacks(session, environment, async (opening) => {
      const run = new HealRun(session, measured, await healParts(session, environment, opening));
      const rest = await run.prepare(chosen, ask);
      const agreed = rest.length > 0 && (ask.agree === undefined || (await ask.agree(rest)));
      if (!agreed)
        return rest.length > 0 || run.unhealed.strangers.size + run.unhealed.failed.size === 0
          ? undefined
          : run.unhealed;
      await counter.count(rest);
      touched = true;
      await run.heal();
      return run.unhealed;
    });
    if (unhealed === undefined) return summed(measured, { decisions, errors: [], agreed: false });
    const after = touched ? await environmentDrift(session, loaded) : measured;
    return summed(after, { ...outcome(decisions, after, unhealed), agreed: true });
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    const after = touched ? await environmentDrift(session, loaded) : measured;
    return summed(after, {
      ...outcome(decisions, after, failing(error.findings)),
      errors: error.findings,
      agreed: true,
    });
  }
}

/** With the applications that sets make of folders. A source that cannot be read has been found out by the measure. */
async function specOf(session: Session, loaded: LoadedEnvironment): Promise<EnvironmentSpec> {
  try {
    return (await withFolders(session, loaded)).spec;
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (error instanceof DriftlessError) return loaded.spec;
    throw error;
  }
}

/** What became of each decision, by what was found afterwards: what still drifts was not healed, whatever the engine said. */
function outcome(
  decisions: readonly HealDecision[],
  after: DatedMeasure,
  { failed, strangers }: Unhealed,
): Pick<Healed, "decisions" | "errors"> {
  const still = new Map(after.report.objects.map((object) => [object.resourceName, object]));
  const all = decisions.map((decision): HealDecision => {
    const { object, left } = decision;
    const verdict = still.get(object.resourceName)?.verdict ?? "unchanged";
    if (left === undefined && strangers.has(object.resourceName)) return { object, left: "stranger" };
    const known = verdict !== "unknown";
    const finding = failed.get(object.resourceName);
    if (left !== undefined || (known && !isDrift(verdict) && finding === undefined)) return decision;
    return { object, left: "error", finding: finding ?? drifted(object.resourceName) };
  });
  // What spoke against it from the beginning is in the report already.
  const errors = all.flatMap(({ left, finding }, at) =>
    left === "error" && finding !== undefined && decisions[at]?.left === undefined ? [finding] : [],
  );
  return { decisions: all, errors: [...new Map(errors.map((each) => [JSON.stringify(each), each])).values()] };
}

function drifted(resourceName: string): Finding {
  return errorFinding(
    "HEAL_CONFLICT",
    `${resourceName} has drifted although it was healed: somebody has changed it meanwhile, or the cluster does so itself.`,
    "Look at who changes it; what a controller may set belongs into drift.ignore.",
  );
}

function summed(measured: DatedMeasure, healed: Healed): HealedMeasure {
  const fights = healed.decisions.filter(({ left }) => left === "limit").map(({ object }) => object.resourceName);
  return { ...measured, report: withFights(measured.report, new Set(fights)), healed };
}
