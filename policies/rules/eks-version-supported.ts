import { z } from "zod";
import { minorOf } from "../../core/cluster/minor.ts";
import { eksVersions } from "../../core/eks/versions.ts";
import { cloudRule } from "../rule.ts";

const known = Object.keys(eksVersions).flatMap((version) => minorOf(version) ?? []);
const oldest = Math.min(...known);

export const eksVersionSupported = cloudRule({
  name: "eks-version-supported",
  description: "An EKS cluster runs a version of Kubernetes that AWS supports.",
  remediation: "Upgrade the cluster, one minor version after the other.",
  severity: "high",
  // A date that passes must not stop an environment which nobody changed.
  level: "advisory",
  links: ["https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"],
  types: ["aws:eks/cluster:Cluster"],
  settings: z.strictObject({
    extendedSupport: z.boolean().default(false).describe("Whether extended support, which costs extra, is enough."),
    until: z
      .record(z.string(), z.iso.date())
      .default({})
      .describe('Last day of support by version, "1.36": 2027-07-01, for what the built-in table does not know.'),
    today: z.iso.date().optional().describe("Day to go by. Default: today, in UTC."),
  }),
  check: ({ object }, { extendedSupport, until, today = new Date().toISOString().slice(0, 10) }) => {
    const { version } = object;
    const minor = typeof version === "string" ? minorOf(version) : undefined;
    // Without a version, AWS takes the newest.
    if (minor === undefined) return [];
    const name = `1.${minor}`;
    const path = ["version"];
    const support = eksVersions[name];
    const end = until[name] ?? support?.[extendedSupport ? "extended" : "standard"];
    if (end !== undefined) {
      const kind = extendedSupport || until[name] !== undefined ? "support" : "standard support";
      return end < today ? [{ message: `${kind} of Kubernetes ${name} ended on ${end}`, path }] : [];
    }
    return minor < oldest ? [{ message: `AWS does not support Kubernetes ${name} any more`, path }] : [];
  },
});
