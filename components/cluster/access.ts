import { AccessEntry } from "@pulumi/aws/eks/accessEntry.js";
import { AccessPolicyAssociation } from "@pulumi/aws/eks/accessPolicyAssociation.js";
import type { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import type { Resource } from "@pulumi/pulumi";
import { accessPolicyArn } from "../../core/eks/partition.ts";
import type { EksScope } from "./scope.ts";

/** Creates the access entries of a cluster and what policies they have. */
export function createAccess(scope: EksScope, cluster: EksCluster): readonly Resource[] {
  const { plan, options } = scope;
  return plan.access.flatMap(({ key, principal, groups, policy }): readonly Resource[] => {
    const args = { clusterName: cluster.name, principalArn: principal };
    const entry = new AccessEntry(
      scope.name(`access-entry/${key}`),
      { ...args, kubernetesGroups: [...groups], tags: plan.tags },
      options,
    );
    if (policy === undefined) return [entry];
    const { name, namespaces } = policy;
    const accessScope =
      namespaces.length === 0 ? { type: "cluster" } : { type: "namespace", namespaces: [...namespaces] };
    const association = new AccessPolicyAssociation(
      scope.name(`access-policy/${key}`),
      { ...args, policyArn: accessPolicyArn(plan.region, name), accessScope },
      { ...options, dependsOn: [entry] },
    );
    return [entry, association];
  });
}
