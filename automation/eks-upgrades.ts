import { eksTarget } from "../core/eks/address.ts";
import { checkUpgrade } from "../core/eks/upgrade.ts";
import { throwErrors } from "../core/errors/error.ts";
import type { ComputedPlan } from "../core/plan/compute.ts";
import type { Session } from "./session.ts";

/**
 * Refuses a change of versions that AWS would refuse half-way, or that would break what runs, before anything is touched.
 * Throws EKS_UPGRADE_REFUSED with all of them, and what AWS says instead of the versions that run now.
 */
export async function refuseUpgrades({ io }: Session, { environment }: ComputedPlan): Promise<void> {
  const { spec, locate } = environment;
  const made = Object.entries(spec.clusters).flatMap(([cluster, each]) =>
    "eks" in each && !("existing" in each.eks) ? [{ cluster, target: eksTarget(each), spec: each.eks }] : [],
  );
  if (made.length === 0) return;
  const { runningVersions } = await import("../live/eks/running.ts");
  const findings = await Promise.all(
    made.map(async ({ cluster, target, spec }) => {
      const running = await runningVersions(cluster, target, io.env);
      return running === undefined ? [] : checkUpgrade({ cluster, spec, running, locate });
    }),
  );
  throwErrors(findings.flat());
}
