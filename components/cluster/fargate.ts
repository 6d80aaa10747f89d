import type { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import { FargateProfile } from "@pulumi/aws/eks/fargateProfile.js";
import type { Resource } from "@pulumi/pulumi";
import { fargateRoleName } from "../../core/eks/names.ts";
import type { Network } from "./network.ts";
import { createRole } from "./roles.ts";
import type { EksScope } from "./scope.ts";

/** Creates the Fargate profiles of a cluster, with one role for all. */
export function createFargateProfiles(scope: EksScope, cluster: EksCluster, network: Network): readonly Resource[] {
  const { plan, options } = scope;
  if (plan.fargateProfiles.length === 0) return [];
  const role = createRole(scope, {
    ...{ key: "fargate", name: fargateRoleName(plan.name), service: "eks-fargate-pods.amazonaws.com" },
    policies: ["AmazonEKSFargatePodExecutionRolePolicy"],
  });
  return plan.fargateProfiles.map(
    ({ name, selectors, subnets }) =>
      new FargateProfile(
        scope.name(`fargate-profile/${name}`),
        {
          clusterName: cluster.name,
          fargateProfileName: name,
          podExecutionRoleArn: role.arn,
          subnetIds: [...(subnets ?? network.subnetIds)],
          selectors: selectors.map(({ namespace, labels }) => ({ namespace, labels: { ...labels } })),
          tags: plan.tags,
        },
        // AWS changes none: every change is another profile, of the same name.
        { ...options, deleteBeforeReplace: true, dependsOn: [...role.attachments, ...network.ready] },
      ),
  );
}
