import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, text } from "./common.ts";

const cidrs = distinct(text(formats.cidr), 2);

const given = z.strictObject({
  id: text(formats.vpcId).describe("Id of a VPC that exists; Driftless does not change it."),
  cidr: text(formats.cidr).optional().describe("Its block of addresses, so that overlaps are found before a run."),
  subnets: distinct(text(formats.subnetId), 2).describe(
    "Ids of subnets, in at least two zones, for the control plane, and for nodes that name none.",
  ),
});

const made = z.strictObject({
  cidr: text(formats.cidr).describe("Block of addresses of the VPC, from /16 to /24: pods get theirs from it."),
  zones: z.literal([2, 3]).default(3).describe("Availability zones; each gets a private and a public subnet."),
  nat: z
    .enum(["none", "single", "perZone"])
    .default("perZone")
    .describe("NAT gateways, by which private subnets reach the internet: one of each zone, one for all, or none."),
  subnets: z
    .strictObject({
      private: cidrs.describe("Blocks of the private subnets, one of each zone."),
      public: cidrs.describe("Blocks of the public subnets, one of each zone."),
    })
    .optional()
    .describe(
      "Blocks of the subnets. Default: a quarter of the VPC for each private one, a sixteenth for each public one.",
    ),
});

// In the order in which `validate` finds the words for a mistake: by the key `id`.
/** The network of a cluster: a VPC that exists, or one that is made. */
export const eksVpc = z
  .union([given, made])
  .describe("Its network: `{ id, subnets }` of a VPC that exists, or `{ cidr, zones, nat }` of one to make.");
