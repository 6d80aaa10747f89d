import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, text } from "./common.ts";

/** Images of nodes: Amazon Linux 2023 and Bottlerocket. */
export const amiTypes = [
  "AL2023_x86_64_STANDARD",
  "AL2023_x86_64_NVIDIA",
  "AL2023_x86_64_NEURON",
  "AL2023_ARM_64_STANDARD",
  "AL2023_ARM_64_NVIDIA",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_x86_64_FIPS",
  "BOTTLEROCKET_x86_64_NVIDIA",
  "BOTTLEROCKET_ARM_64",
  "BOTTLEROCKET_ARM_64_FIPS",
  "BOTTLEROCKET_ARM_64_NVIDIA",
] as const;

const labels = z.record(text(formats.labelKey), text(formats.labelValueOrNone));

const taint = z.strictObject({
  key: text(formats.labelKey).describe("Key of the taint."),
  value: text(formats.labelValueOrNone).default("").describe("Value of the taint."),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .describe("What it does to pods without a toleration."),
});

/** A managed node group. */
export const eksNodeGroup = z
  .strictObject({
    instanceTypes: distinct(text(formats.instanceType), 1).describe(
      'Types of instances, "m7g.large"; several for spot.',
    ),
    min: z.int().min(0).max(450).describe("Fewest nodes."),
    max: z.int().min(1).max(450).describe("Most nodes."),
    desired: z
      .int()
      .min(0)
      .max(450)
      .optional()
      .describe("Nodes to begin with; from then on whoever scales the group decides. Default: `min`."),
    disk: z.int().min(20).max(16384).default(50).describe("GiB of the encrypted disk of each node."),
    capacity: z.enum(["on-demand", "spot"]).default("on-demand").describe("How instances are bought."),
    amiType: z
      .enum(amiTypes)
      .optional()
      .describe("Image of the nodes. Default: Amazon Linux 2023 for the architecture of the instance types."),
    version: text(formats.eksVersion)
      .optional()
      .describe("Kubernetes version of the nodes, at most 3 minors behind the cluster's. Default: the cluster's."),
    labels: labels.default({}).describe("Labels of the nodes."),
    taints: z.array(taint).max(50).default([]).describe("Taints of the nodes."),
    subnets: distinct(text(formats.subnetId), 1)
      .optional()
      .describe("Ids of the subnets of its nodes, where the VPC is a given one. Default: those of `vpc`."),
  })
  .meta({ title: "EksNodeGroup", description: "A managed node group." });

const selector = z.strictObject({
  namespace: name.describe("Namespace of the pods."),
  labels: labels.default({}).describe("Labels that the pods have, all of them."),
});

/** Pods that run on Fargate. */
export const eksFargateProfile = z
  .strictObject({
    selectors: z.array(selector).min(1).max(5).describe("Which pods run on Fargate: those of any of these."),
    subnets: distinct(text(formats.subnetId), 1)
      .optional()
      .describe("Ids of private subnets for its pods, where the VPC is a given one. Default: those of `vpc`."),
  })
  .meta({ title: "EksFargateProfile", description: "Pods that run on Fargate instead of nodes." });
