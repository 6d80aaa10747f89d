import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import { prefixOf } from "../aws/cidr.ts";
import { texts } from "../aws/policy-document.ts";
import { cloudRule } from "../rule.ts";

export const eksEndpointRestricted = cloudRule({
  name: "eks-endpoint-restricted",
  description: "The API server of an EKS cluster does not answer the whole internet.",
  remediation:
    "Set vpcConfig.endpointPublicAccess to false, or vpcConfig.publicAccessCidrs to the addresses that need it.",
  severity: "critical",
  level: "mandatory",
  links: ["https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"],
  types: ["aws:eks/cluster:Cluster"],
  settings: z.strictObject({
    shortestPrefix: z
      .int()
      .min(1)
      .max(32)
      .default(8)
      .describe("Prefix of the widest IPv4 block that may reach it; of IPv6 blocks, twice as long."),
  }),
  check: ({ object }, { shortestPrefix }) => {
    const { endpointPublicAccess, publicAccessCidrs } = record(object["vpcConfig"]);
    if (endpointPublicAccess === false) return [];
    const cidrs = texts(publicAccessCidrs);
    if (cidrs.length === 0) {
      const message = "the endpoint is public, and nothing says who may reach it, so everybody may";
      return [{ message, path: ["vpcConfig", "publicAccessCidrs"] }];
    }
    return cidrs.flatMap((cidr, index) => {
      const { prefix, bits } = prefixOf(cidr) ?? { prefix: 32, bits: 32 };
      if (prefix >= (bits === 32 ? shortestPrefix : 2 * shortestPrefix)) return [];
      const message = `the endpoint is public for ${cidr}`;
      return [{ message, path: ["vpcConfig", "publicAccessCidrs", index] }];
    });
  },
});
