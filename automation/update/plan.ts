import type { ComputedPlan } from "../../core/plan/compute.ts";
import { knownClusters } from "../accepted-clusters.ts";
import { withClusterVersions } from "../cluster-versions.ts";
import { refuseUpgrades } from "../eks-upgrades.ts";
import type { Engine, Recovery, RunOptions } from "../engine/types.ts";
import { engineOf, runOptions } from "../engine-work.ts";
import { passPlan, type JudgedPlan } from "../policy/gate.ts";
import type { Policy } from "../policy/policy.ts";
import { refuseRolledBack } from "../rollback/pending.ts";
import { withServedKinds } from "../served-kinds.ts";
import type { Session } from "../session.ts";
import { planEnvironment } from "../work.ts";

/** What an update is to make true, and the engine that can do it. */
export interface PlannedUpdate {
  readonly computed: ComputedPlan;
  /** The packs of the environment, still open. */
  readonly policy: Policy;
  readonly passed: JudgedPlan;
  readonly engine: Engine;
  /** What the last run left, if it was interrupted. */
  readonly recovery: Recovery;
  /** How the plan is run, in the preview and in the update. */
  readonly options: RunOptions;
}

/** How an update is to go. */
export interface UpdateRequest {
  /** Compare with the clusters. */
  readonly refresh: boolean;
  /** Wait until it is healthy. */
  readonly wait: boolean;
  /** Clusters that may be others than last time, by name. Default: none. */
  readonly accepted?: readonly string[];
}

/**
 * Plans an update, asks the packs about the plan, and makes the stack fit for a run.
 * @param opening The packs, which start while the plan is made.
 * @throws Whatever keeps the environment from being planned; POLICY_VIOLATION; LOCKED.
 */
export async function planUpdate(
  session: Session,
  env: string,
  opening: Promise<Policy>,
  { refresh, wait, accepted = [] }: UpdateRequest,
): Promise<PlannedUpdate> {
  const planned = await withClusterVersions(session, await planEnvironment(session, env));
  await refuseUpgrades(session, planned);
  const computed = await withServedKinds(session, planned);
  const acceptClusters = knownClusters(computed.environment.spec, accepted);
  const policy = await opening;
  const passed = await passPlan(policy, computed);
  const engine = await engineOf(session, computed.environment.spec);
  await refuseRolledBack(session, engine, computed.plan);
  const recovery = await engine.recover(computed.plan.revision);
  const options = { ...runOptions(passed, refresh || recovery.interrupted), wait, acceptClusters };
  return { computed, policy, passed, engine, recovery, options };
}
