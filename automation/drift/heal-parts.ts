import { failure, type DriftlessError } from "../../core/errors/error.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { clustersWithout } from "../../core/plan/left-out.ts";
import type { Engine, HealOptions } from "../engine/types.ts";
import { engineOf, runOptions } from "../engine-work.ts";
import { passPlan } from "../policy/gate.ts";
import type { Policy } from "../policy/policy.ts";
import type { Session } from "../session.ts";
import { computeEnvironment } from "../work.ts";

/** What healing an environment needs beside what has drifted: the same for one healing after the other. */
export interface HealParts {
  /** The plan, which the packs have judged. */
  readonly computed: ComputedPlan;
  readonly policy: Policy;
  readonly engine: Engine;
  readonly options: Omit<HealOptions, "targets" | "orphans">;
}

/**
 * Plans the environment and asks the packs about the plan.
 * @param opening The packs, which start while the plan is made.
 * @throws PLAN_STALE, POLICY_VIOLATION, and whatever keeps the environment from being planned.
 */
export async function healParts(session: Session, environment: string, opening: Promise<Policy>): Promise<HealParts> {
  const computed = await computeEnvironment(session, environment);
  const engine = await engineOf(session, computed.environment.spec);
  const leftOut = await requireApplied(engine, computed);
  const policy = await opening;
  const passed = await passPlan(policy, computed);
  const { digest, revision, replaceable, policy: packs, waits, deployed } = runOptions(passed, true);
  const asked = { digest, revision, replaceable, policy: packs, waits, deployed, leftOut };
  return { computed, policy, engine, options: asked };
}

/**
 * Nothing new comes in by healing. Returns the clusters that the last update left out: what they hold is older than the plan.
 * @throws PLAN_STALE if the plan is not the one that was applied last.
 */
export async function requireApplied(engine: Engine, { plan }: ComputedPlan): Promise<readonly string[]> {
  const { planDigest } = await engine.outputs();
  const missing = typeof planDigest === "string" ? clustersWithout(plan, planDigest) : undefined;
  if (missing === undefined) throw otherPlan(plan.environment);
  return missing;
}

/** PLAN_STALE: what would be healed is to become something new. */
export function otherPlan(environment: string): DriftlessError {
  return failure(
    "PLAN_STALE",
    `What "${environment}" is pinned to is not what was applied last, and healing brings in nothing new.`,
    `Run driftless up ${environment} --refresh, which applies it and puts back what has drifted.`,
  );
}
