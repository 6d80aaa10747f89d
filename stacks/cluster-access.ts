import type { ClusterAccess, CreateCluster } from "../components/cluster/cluster.ts";
import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import { resolveKubeconfig } from "../core/cluster/kubeconfig.ts";
import { eksTarget } from "../core/eks/address.ts";
import { eksKubeconfig } from "../core/eks/kubeconfig.ts";
import { planEks } from "../core/eks/plan.ts";
import type { EnvironmentPlan } from "../core/plan/plan.ts";

/**
 * How the program reaches each cluster of a plan, or what makes it. What AWS needs is loaded for clusters on EKS alone.
 * @param keep Whether a cluster that is made stays at AWS where it is deleted.
 * @throws {DriftlessError} KUBECONFIG_INVALID and the like for a cluster that exists; nothing is asked about one to make.
 */
export async function clusterAccesses(
  { environment, clusters }: EnvironmentPlan,
  context: KubeconfigContext,
  keep: boolean,
): Promise<ReadonlyMap<string, ClusterAccess | CreateCluster>> {
  const found = new Map<string, ClusterAccess | CreateCluster>();
  for (const { name, spec } of clusters) {
    if (!("eks" in spec)) {
      const { content, context: chosen } = await resolveKubeconfig(name, spec, context);
      found.set(name, { kubeconfig: content, context: chosen });
    } else if ("existing" in spec.eks) {
      const { eksAddress } = await import("../live/eks/describe.ts");
      const address = await eksAddress(name, eksTarget(spec), context.env);
      found.set(name, { kubeconfig: eksKubeconfig(address), context: address.name });
    } else {
      const { createEks } = await import("../components/cluster/eks.ts");
      const plan = planEks(environment, name, spec.eks);
      found.set(name, (parent, hooks) => createEks(plan, parent, { keep, hooks }));
    }
  }
  return found;
}
