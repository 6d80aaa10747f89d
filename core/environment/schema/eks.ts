import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, text } from "./common.ts";
import { eksFargateProfile, eksNodeGroup } from "./eks-nodes.ts";
import { eksAccess, eksAddon, eksPodIdentity } from "./eks-parts.ts";
import { eksVpc } from "./eks-vpc.ts";

const region = text(formats.awsRegion).describe("Region of AWS that it is in, such as `eu-central-1`.");
const eksName = text(formats.eksName);

/** The logs of a control plane. */
export const eksLogTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

/** Days for which CloudWatch can keep logs. */
export const logRetentionDays = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545],
  ...[731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
] as const;

const endpoint = z
  .strictObject({
    private: z.boolean().default(true).describe("Whether it answers inside the VPC, where the nodes are."),
    public: z.boolean().default(false).describe("Whether it answers outside the VPC too, to `publicAccessCidrs`."),
    publicAccessCidrs: distinct(text(formats.cidr)).default([]).describe("Blocks of addresses that may reach it."),
  })
  .describe("From where the API server can be reached. Default: from inside the VPC only.");

const logs = z
  .strictObject({
    types: z.array(z.enum(eksLogTypes)).default(["api", "audit", "authenticator"]).describe("Logs that are on."),
    retentionDays: z
      .literal(logRetentionDays)
      .default(90)
      .describe("Days for which they are kept: one of the numbers that CloudWatch knows."),
  })
  .describe("Logs of the control plane, in CloudWatch.");

const encryption = z
  .strictObject({
    key: text(formats.kmsKey).optional().describe("ARN of a KMS key of yours. Default: one is made."),
  })
  .describe("The key that Secrets are encrypted with in the control plane's store.");

/** An EKS cluster that Driftless makes, with what it needs around it. */
export const eksMade = z
  .strictObject({
    name: eksName
      .optional()
      .describe("Its name at AWS; another one means another cluster. Default: `<environment>-<cluster>`."),
    region,
    version: text(formats.eksVersion).describe(
      'Kubernetes version of the control plane, "1.34": one minor up at a time.',
    ),
    vpc: eksVpc,
    serviceCidr: text(formats.cidr)
      .default("172.20.0.0/16")
      .describe("Block that addresses of Services come from; it cannot be changed later."),
    endpoint: endpoint.prefault({}),
    logs: logs.prefault({}),
    encryption: encryption.prefault({}),
    nodeGroups: z.record(name, eksNodeGroup).default({}).describe("Managed node groups, by name."),
    fargateProfiles: z.record(name, eksFargateProfile).default({}).describe("Fargate profiles, by name."),
    access: z
      .record(name, eksAccess)
      .default({})
      .describe("Who of AWS may do what in the cluster (access entries), by name."),
    creatorAdmin: z
      .boolean()
      .default(true)
      .describe(
        "Whether the identity that makes the cluster is its administrator; without it, `access` has to name one. It counts when the cluster is made.",
      ),
    podIdentity: z
      .record(name, eksPodIdentity)
      .default({})
      .describe("Service accounts whose pods act as a role of AWS (Pod Identity), by name."),
    addons: z
      .record(name, eksAddon)
      .default({})
      .describe(
        "EKS add-ons by name; vpc-cni, coredns, kube-proxy, aws-ebs-csi-driver and eks-pod-identity-agent are there unless they say `enabled: false`.",
      ),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .default({})
      .describe("Tags of everything that is made at AWS."),
    protect: z
      .boolean()
      .default(true)
      .describe(
        "Whether the cluster, its key and its VPC cannot be deleted: neither by a run nor, the cluster, at AWS.",
      ),
  })
  .meta({ title: "EksCluster", description: "An EKS cluster that Driftless makes, with all that it needs around it." });

/** An EKS cluster that exists, and that Driftless only uses. */
export const eksExisting = z
  .strictObject({ existing: eksName.describe("Name of the cluster at AWS; Driftless only uses it."), region })
  .meta({ title: "ExistingEksCluster", description: "An EKS cluster that exists." });

// In the order in which `validate` finds the words for a mistake: by the key `existing`.
/** An EKS cluster: made, or taken by its name. */
export const eks = z
  .union([eksExisting, eksMade])
  .describe("An EKS cluster on AWS: made from this, or one that is there, as `existing: <name>`.");
