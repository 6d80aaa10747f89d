import type { Cluster as EksCluster } from "@pulumi/aws/eks/cluster.js";
import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider.js";
import type { Resource } from "@pulumi/pulumi";
import type { EksScope } from "./scope.ts";

/** Makes the cluster's service accounts known to IAM, for charts that ask for roles in that way (IRSA). */
export function createOidcProvider(scope: EksScope, cluster: EksCluster): Resource {
  const url = cluster.identities.apply((identities) => identities[0]?.oidcs?.[0]?.issuer ?? "");
  const args = { url, clientIdLists: ["sts.amazonaws.com"], tags: scope.plan.tags };
  return new OpenIdConnectProvider(scope.name("oidc-provider"), args, scope.options);
}
