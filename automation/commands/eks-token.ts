import { z } from "zod";
import { defineCommand } from "../command.ts";

/** Makes a token for an EKS cluster, as `aws eks get-token` does; the kubeconfigs that we write run it. */
export const eksToken = defineCommand({
  summary: "Print a token for an EKS cluster, as a client of Kubernetes expects it from a credential plugin.",
  description:
    "It is signed with the credentials of AWS's default chain, without asking AWS, and EKS takes it for 15 minutes. The kubeconfigs that Driftless gives to the engine run this; it takes the place of `aws eks get-token`.",
  arguments: [{ syntax: "<cluster>", description: "name of the cluster at AWS" }],
  options: [{ syntax: "--region <region>", description: "region of AWS that it is in" }],
  examples: ["driftless eks token production-eu --region eu-central-1"],
  document: "EksToken",
  needsProject: false,
  input: z.object({ cluster: z.string(), region: z.string("--region is missing") }),
  run: async ({ cluster: name, region }, { io }) => {
    const { eksToken: make } = await import("../../live/eks/token.ts");
    const { token, until } = await make(name, { name, region }, io.env);
    const status = { token, expirationTimestamp: `${until.toISOString().slice(0, 19)}Z` };
    const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", spec: {}, status };
    return { document: { kind: "EksToken", ...status }, lines: [], raw: `${JSON.stringify(credential)}\n` };
  },
});
