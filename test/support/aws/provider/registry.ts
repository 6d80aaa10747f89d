import { accessEntry, accessPolicyAssociation, addon, podIdentityAssociation } from "./access.ts";
import { cluster } from "./cluster.ts";
import { getAvailabilityZones, getCallerIdentity, getCluster, getPartition } from "./functions.ts";
import { openIdConnectProvider, role, rolePolicyAttachment } from "./iam.ts";
import { alias, key } from "./keys.ts";
import type { Invoke, Kind } from "./kind.ts";
import { logGroup } from "./logs.ts";
import { launchTemplate, securityGroup } from "./machines.ts";
import { eip, internetGateway, natGateway, route, routeTable, routeTableAssociation, subnet, vpc } from "./network.ts";
import { fargateProfile, nodeGroup } from "./nodes.ts";

/** The kinds of resource that the stand-in carries out, by type. */
export const kinds: Readonly<Record<string, Kind>> = {
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:eks/accessEntry:AccessEntry": accessEntry,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyAssociation,
  "aws:eks/addon:Addon": addon,
  "aws:eks/cluster:Cluster": cluster,
  "aws:eks/fargateProfile:FargateProfile": fargateProfile,
  "aws:eks/nodeGroup:NodeGroup": nodeGroup,
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": podIdentityAssociation,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:kms/alias:Alias": alias,
  "aws:kms/key:Key": key,
};

/** The functions that it answers, by token. */
export const functions: Readonly<Record<string, Invoke>> = {
  "aws:eks/getCluster:getCluster": getCluster,
  "aws:index/getAvailabilityZones:getAvailabilityZones": getAvailabilityZones,
  "aws:index/getCallerIdentity:getCallerIdentity": getCallerIdentity,
  "aws:index/getPartition:getPartition": getPartition,
};
