import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import type { Input } from "@pulumi/pulumi";
import { clusterRoleName, keyAlias, logGroupName } from "../../core/eks/names.ts";
import type { Network } from "./network.ts";
import { createRole } from "./roles.ts";
import type { EksScope } from "./scope.ts";

/** Creates the control plane, with its role, its key and the group that its logs go to. */
export function createControlPlane(scope: EksScope, network: Network): EksCluster {
  const { plan, options } = scope;
  const { endpoint, protect } = plan;
  const role = createRole(scope, {
    ...{ key: "cluster", name: clusterRoleName(plan.name), service: "eks.amazonaws.com" },
    policies: ["AmazonEKSClusterPolicy"],
  });
  // Made before the cluster, which else makes one of its own that keeps logs for ever.
  const logs = new LogGroup(
    scope.name("log-group"),
    { name: logGroupName(plan.name), retentionInDays: plan.logs.retentionDays, tags: plan.tags },
    options,
  );
  return new EksCluster(
    scope.name("cluster"),
    {
      name: plan.name,
      version: plan.version,
      roleArn: role.arn,
      vpcConfig: {
        subnetIds: [...network.subnetIds],
        endpointPrivateAccess: endpoint.private,
        endpointPublicAccess: endpoint.public,
        ...(endpoint.public ? { publicAccessCidrs: [...endpoint.publicAccessCidrs] } : {}),
      },
      kubernetesNetworkConfig: { serviceIpv4Cidr: plan.serviceCidr },
      // Access entries only: nobody gets in by a ConfigMap.
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: plan.creatorAdmin },
      encryptionConfig: { provider: { keyArn: keyOf(scope) }, resources: ["secrets"] },
      enabledClusterLogTypes: [...plan.logs.types],
      deletionProtection: protect,
      tags: plan.tags,
    },
    {
      ...options,
      protect,
      dependsOn: [...role.attachments, ...network.ready, logs],
      // It counts once, when the cluster is made; as a change it would replace the cluster.
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions"],
    },
  );
}

function keyOf(scope: EksScope): Input<string> {
  const { plan, options } = scope;
  if (plan.key !== undefined) return plan.key;
  const description = `Secrets of the EKS cluster ${plan.name}`;
  const args = { description, enableKeyRotation: true, deletionWindowInDays: 30, tags: plan.tags };
  const key = new Key(scope.name("key"), args, { ...options, protect: plan.protect });
  new Alias(scope.name("key-alias"), { name: keyAlias(plan.name), targetKeyId: key.keyId }, options);
  return key.arn;
}
