import { Addon } from "@pulumi/aws/eks/addon.js";
import type { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import type { Resource } from "@pulumi/pulumi";
import type { AddonPlan } from "../../core/eks/addons.ts";
import type { EksScope } from "./scope.ts";

/** Creates add-ons of a cluster, all after the same things. */
export function createAddons(
  scope: EksScope,
  cluster: EksCluster,
  addons: readonly AddonPlan[],
  after: readonly Resource[],
): readonly Resource[] {
  const { plan, options } = scope;
  return addons.map(
    ({ name, version, configuration }) =>
      new Addon(
        scope.name(`addon/${name}`),
        {
          clusterName: cluster.name,
          addonName: name,
          ...(version === undefined ? {} : { addonVersion: version }),
          ...(configuration === undefined ? {} : { configurationValues: configuration }),
          // EKS puts some into every new cluster by itself: from then on they are what the document says.
          resolveConflictsOnCreate: "OVERWRITE",
          resolveConflictsOnUpdate: "OVERWRITE",
          tags: plan.tags,
        },
        { ...options, dependsOn: [...after] },
      ),
  );
}
