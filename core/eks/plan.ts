import type { EksSpec } from "../environment/spec.ts";
import { compareText } from "../plan/order.ts";
import { addonsOf, type AddonPlan } from "./addons.ts";
import { principalKey } from "./names.ts";
import { amiTypeOf, disksOf, type AmiType, type DiskPlan, type NodeGroupSpec } from "./node-groups.ts";
import { podIdentitiesOf, type PodIdentityPlan } from "./pod-identity.ts";
import { subnetsOf, type ZoneSubnets } from "./subnets.ts";
import { ownTags, tagsOf } from "./tags.ts";
import { eksAccessPolicies } from "../environment/schema/eks-parts.ts";

/** All of an EKS cluster that is to be made, and nothing that AWS would have to be asked for. */
export interface EksPlan {
  /** Its name in the environment, with which the names of its resources begin. */
  readonly cluster: string;
  /** Its name at AWS. */
  readonly name: string;
  readonly region: string;
  readonly version: string;
  readonly network: NetworkPlan;
  readonly serviceCidr: string;
  readonly endpoint: EksSpec["endpoint"];
  readonly logs: EksSpec["logs"];
  /** ARN of a key that exists. Absent: one is made. */
  readonly key?: string;
  readonly creatorAdmin: boolean;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly fargateProfiles: readonly FargatePlan[];
  readonly access: readonly AccessPlan[];
  readonly podIdentities: readonly PodIdentityPlan[];
  readonly addons: readonly AddonPlan[];
  readonly tags: Readonly<Record<string, string>>;
  readonly protect: boolean;
}

/** A VPC that exists, with the subnets to use, or one to make. */
export type NetworkPlan =
  | { readonly id: string; readonly subnets: readonly string[] }
  | { readonly cidr: string; readonly zones: readonly ZoneSubnets[]; readonly nat: "none" | "single" | "perZone" };

export interface NodeGroupPlan extends Omit<NodeGroupSpec, "amiType" | "version" | "disk"> {
  readonly name: string;
  readonly amiType: AmiType;
  readonly version: string;
  readonly desired: number;
  readonly disks: readonly DiskPlan[];
  /** The cluster's, and one that names the group. */
  readonly tags: Readonly<Record<string, string>>;
}

export type FargatePlan = EksSpec["fargateProfiles"][string] & { readonly name: string };

export interface AccessPlan {
  /** Who it is, as `123456789012/role/admin`: what its resources are called. */
  readonly key: string;
  readonly principal: string;
  readonly groups: readonly string[];
  readonly policy?: {
    /** Name of one of AWS's access policies. */
    readonly name: string;
    /** Empty: the whole cluster. */
    readonly namespaces: readonly string[];
  };
}

/** What is to be made of an EKS cluster of an environment. Equal documents give equal plans, in whatever order. */
export function planEks(environment: string, cluster: string, spec: EksSpec): EksPlan {
  const tags = tagsOf(environment, cluster, spec);
  const { key } = spec.encryption;
  return {
    cluster,
    ...{ name: spec.name, region: spec.region, version: spec.version, serviceCidr: spec.serviceCidr },
    network: networkOf(spec.vpc),
    endpoint: spec.endpoint,
    logs: spec.logs,
    ...(key === undefined ? {} : { key }),
    creatorAdmin: spec.creatorAdmin,
    nodeGroups: entries(spec.nodeGroups).map(([name, group]) => nodeGroup(name, group, spec.version, tags)),
    fargateProfiles: entries(spec.fargateProfiles).map(([name, profile]) => ({ ...profile, name })),
    access: accessOf(spec),
    podIdentities: podIdentitiesOf(spec),
    addons: addonsOf(spec),
    tags,
    protect: spec.protect,
  };
}

function networkOf(vpc: EksSpec["vpc"]): NetworkPlan {
  return "id" in vpc ? vpc : { cidr: vpc.cidr, zones: subnetsOf(vpc), nat: vpc.nat };
}

function nodeGroup(
  name: string,
  group: NodeGroupSpec,
  version: string,
  tags: Readonly<Record<string, string>>,
): NodeGroupPlan {
  return {
    ...group,
    name,
    amiType: amiTypeOf(group),
    version: group.version ?? version,
    desired: group.desired ?? group.min,
    disks: disksOf(group),
    tags: { ...tags, [ownTags.nodeGroup]: name },
  };
}

function accessOf({ access }: EksSpec): readonly AccessPlan[] {
  return Object.values(access)
    .map(({ principal, policy, namespaces, groups }) => ({
      key: principalKey(principal),
      principal,
      groups,
      ...(policy === undefined ? {} : { policy: { name: eksAccessPolicies[policy], namespaces } }),
    }))
    .sort((left, right) => compareText(left.key, right.key));
}

function entries<Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] {
  return Object.entries(record).sort(([left], [right]) => compareText(left, right));
}
