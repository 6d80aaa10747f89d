import type { HealDecision } from "../../core/drift/heal.ts";
import { throwErrors } from "../../core/errors/error.ts";
import type { ChangeCounts } from "../../core/plan/change.ts";
import { nameOfIdentity } from "../../core/plan/identity.ts";
import type { PreviewResult } from "../engine/types.ts";
import { previewProgress } from "../engine-work.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { judgeRun, type RunPreview } from "../policy/gate.ts";
import { violationFindings } from "../policy/policy.ts";
import { judgePreview, settleRefusals } from "../safety.ts";
import type { Session } from "../session.ts";
import type { DatedMeasure } from "./environment.ts";
import type { HealAsk } from "./heal.ts";
import { foreseen, namesOf, needsPreview } from "./heal-changes.ts";
import { otherPlan, type HealParts } from "./heal-parts.ts";
import type { UnhealedNotes } from "./unhealed.ts";

/** What is known of the objects: what they should look like, and what was asked for. */
export type Looked = Pick<DatedMeasure, "baseline" | "resources">;

/** One healing of an environment. */
export interface HealWork {
  readonly session: Session;
  readonly measured: Looked;
  readonly parts: HealParts;
  readonly unhealed: UnhealedNotes;
}

/** What may be healed. */
export interface PreparedHeal {
  /** Empty if nothing may, or whoever was asked about deletions did not agree. */
  readonly chosen: readonly HealDecision[];
  /** Resource names of objects that ask for a confirmation of their deletion and have it. */
  readonly confirmed: readonly string[];
  /** What the engine will do. */
  readonly counts?: ChangeCounts;
}

const nothing: PreparedHeal = { chosen: [], confirmed: [] };

/**
 * Previews what is to be healed, and asks about deletions and the policy about the run. What belongs to somebody whose
 * preview fails is left out, and so are unknown objects that Driftless did not make, or that must not be deleted.
 * @throws POLICY_VIOLATION; {FailedCommand} with refusals of deletions that nobody has lifted.
 */
export async function prepareHeal(
  work: HealWork,
  asked: readonly HealDecision[],
  { flags, yes }: Pick<HealAsk, "flags" | "yes">,
): Promise<PreparedHeal> {
  const { session, parts, unhealed } = work;
  const applied = withoutOlder(work, asked);
  if (applied.length === 0) return nothing;
  const { rest, previewed } = await preview(work, applied);
  const judged = await judgePreview(parts.computed.environment, parts.engine, previewed, flags);
  const allowed = await allowedBy(work, rest, judged.result);
  if (allowed.length < rest.length) return allowed.length === 0 ? nothing : prepareHeal(work, allowed, { flags, yes });
  const [refusal] = judged.refusals;
  const { orphans = [], known = [] } = Object.groupBy(rest, ({ object }) =>
    object.verdict === "orphan" ? "orphans" : "known",
  );
  if (yes && refusal !== undefined && orphans.length > 0 && known.length > 0) {
    for (const { object } of orphans) unhealed.fail(object.resourceName, refusal.finding);
    return prepareHeal(work, known, { flags, yes });
  }
  if (!(await settleRefusals(session, judged, yes))) return nothing;
  const { changes, counts } = judged.result;
  const made = new Set(changes.filter(({ action }) => action === "delete").map(nameOfIdentity));
  const strangers = new Set(orphans.filter(({ object }) => !made.has(object.resourceName)));
  unhealed.leaveStrangers([...strangers]);
  return { chosen: rest.filter((decision) => !strangers.has(decision)), confirmed: judged.confirmed, counts };
}

/** Without what is on clusters that the last update left out: there the plan would be something new. */
function withoutOlder({ parts, unhealed }: HealWork, chosen: readonly HealDecision[]): readonly HealDecision[] {
  const leftOut = new Set(parts.options.leftOut);
  const [finding] = otherPlan(parts.computed.plan.environment).findings;
  const { older = [], applied = [] } = Object.groupBy(chosen, ({ object }) =>
    leftOut.has(object.cluster) ? "older" : "applied",
  );
  for (const { object } of older) unhealed.fail(object.resourceName, finding);
  return applied;
}

interface Previewed {
  /** What the preview did not fail on. */
  readonly rest: readonly HealDecision[];
  readonly previewed: PreviewResult;
}

async function preview(work: HealWork, chosen: readonly HealDecision[]): Promise<Previewed> {
  const { session, measured, unhealed } = work;
  const { computed, engine, options } = work.parts;
  if (!needsPreview(chosen, options)) return { rest: chosen, previewed: foreseen(chosen, measured.resources.length) };
  session.progress.step(`previewing what is to be healed of ${computed.plan.environment}`);
  let rest = chosen;
  for (;;) {
    try {
      const run = { ...options, ...namesOf(rest), onProgress: previewProgress(session) };
      return { rest, previewed: await withPlannedPlaces(computed.plan, () => engine.previewHeal(run)) };
    } catch (error) {
      rest = unhealed.withoutFailed(rest, error);
      if (rest.length === 0) throw error;
    }
  }
}

/** Asks the packs about the run. What a violation is about somebody's alone, such as a freeze of one application, is left out. */
async function allowedBy(
  { session, parts, unhealed }: HealWork,
  chosen: readonly HealDecision[],
  previewed: RunPreview,
): Promise<readonly HealDecision[]> {
  const violations = await judgeRun(parts.policy, "heal", previewed, session.io.now());
  const mandatory = violations.filter(({ level }) => level === "mandatory");
  const owners = new Set(chosen.map(({ object }) => object.owner));
  throwErrors(violationFindings(mandatory.filter(({ owner }) => !owners.has(owner))));
  const refused = mandatory.flatMap((each) =>
    violationFindings([each]).map((finding) => [each.owner, finding] as const),
  );
  return unhealed.withoutOwners(chosen, new Map(refused));
}
