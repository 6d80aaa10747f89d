import type { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import type { Resource } from "@pulumi/pulumi";
import { createRole } from "./roles.ts";
import type { EksScope } from "./scope.ts";

/** Creates the Pod Identity associations of a cluster and the roles that they need. */
export function createPodIdentities(scope: EksScope, cluster: EksCluster): readonly Resource[] {
  const { plan, options } = scope;
  return plan.podIdentities.map(({ namespace, serviceAccount, role }) => {
    const made =
      typeof role === "string"
        ? { arn: role, attachments: [] }
        : createRole(scope, { ...role, service: "pods.eks.amazonaws.com", actions: ["sts:TagSession"] });
    return new PodIdentityAssociation(
      scope.name(`pod-identity/${namespace}/${serviceAccount}`),
      { clusterName: cluster.name, namespace, serviceAccount, roleArn: made.arn, tags: plan.tags },
      { ...options, dependsOn: [...made.attachments] },
    );
  });
}
