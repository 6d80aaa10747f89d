import { Provider } from "@pulumi/aws/provider.js";
import type { Resource } from "@pulumi/pulumi";
import { all } from "@pulumi/pulumi";
import { eksKubeconfig } from "../../core/eks/kubeconfig.ts";
import type { EksPlan } from "../../core/eks/plan.ts";
import { createAccess } from "./access.ts";
import { createAddons } from "./addons.ts";
import type { ClusterAccess } from "./cluster.ts";
import { createControlPlane } from "./control-plane.ts";
import { createFargateProfiles } from "./fargate.ts";
import { createNetwork } from "./network.ts";
import { createNodeGroups } from "./node-groups.ts";
import { createOidcProvider } from "./oidc.ts";
import { createPodIdentities } from "./pod-identity.ts";
import { scopeOf, type PartsLeave } from "./scope.ts";

/**
 * Creates an EKS cluster and all that it needs around it. An upgrade goes the same way as the creation: the control plane,
 * the add-ons that nodes need, the nodes, and the add-ons that need nodes.
 * @returns how to reach it, with a kubeconfig that holds no secret.
 */
export function createEks(plan: EksPlan, parent: Resource, leave: PartsLeave): ClusterAccess {
  const provider = new Provider(`${plan.cluster}/aws`, { region: plan.region }, { parent });
  const scope = scopeOf(plan, parent, provider, leave);
  const network = createNetwork(scope);
  const cluster = createControlPlane(scope, network);
  const access = [createOidcProvider(scope, cluster), ...createAccess(scope, cluster)];
  const early = createAddons(
    scope,
    cluster,
    plan.addons.filter(({ beforeNodes }) => beforeNodes),
    [],
  );
  const nodes = [
    ...createNodeGroups(scope, cluster, network, early),
    ...createFargateProfiles(scope, cluster, network),
  ];
  const identities = createPodIdentities(scope, cluster);
  const late = plan.addons.filter(({ beforeNodes }) => !beforeNodes);
  const addons = createAddons(scope, cluster, late, [...nodes, ...identities]);
  const kubeconfig = all([cluster.endpoint, cluster.certificateAuthority.data]).apply(([endpoint, authority]) =>
    eksKubeconfig({ name: plan.name, region: plan.region, endpoint, authority }),
  );
  return { kubeconfig, context: plan.name, ready: [...access, ...early, ...nodes, ...identities, ...addons] };
}
