import { z } from "zod";
import { texts } from "../aws/policy-document.ts";
import { cloudRule } from "../rule.ts";

export const eksControlPlaneLogs = cloudRule({
  name: "eks-control-plane-logs",
  description: "An EKS cluster logs who asked its API server for what.",
  remediation: "Name the types of logs in enabledClusterLogTypes.",
  severity: "medium",
  level: "disabled",
  links: ["https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"],
  types: ["aws:eks/cluster:Cluster"],
  settings: z.strictObject({
    logTypes: z
      .array(z.enum(["api", "audit", "authenticator", "controllerManager", "scheduler"]))
      .default(["api", "audit", "authenticator"])
      .describe("Logs that have to be on."),
  }),
  check: ({ object }, { logTypes }) => {
    const enabled = texts(object["enabledClusterLogTypes"]);
    const missing = logTypes.filter((type) => !enabled.includes(type));
    if (missing.length === 0) return [];
    return [{ message: `these logs are off: ${missing.join(", ")}`, path: ["enabledClusterLogTypes"] }];
  },
});
