import { z } from "zod";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { policyAnalysis, policyCheckComment } from "../output/policy-analysis.ts";
import { policyCheckDocument, policyCheckLines } from "../output/policy-check.ts";
import { withPolicy } from "../policy/session.ts";
import { environment, logs, markdown } from "./parameters.ts";

/** Asks the packs of an environment about its plan. */
export const policyCheck = defineCommand({
  summary: "Check an environment against its policy packs; neither engine nor cluster is needed.",
  description:
    "Asks every rule about everything that the plan makes true, as preview, up and destroy do before anything is touched. " +
    "Exit code 1 if a mandatory rule is broken.",
  arguments: [environment],
  options: [markdown, ...logs],
  examples: ["driftless policy check dev", "driftless policy check production --sarif > policy.sarif"],
  document: "PolicyCheck",
  input: z.object({ env: z.string() }),
  run: ({ env }, session) =>
    withPolicy(session, env, async (policy, computed) => {
      session.progress.detail(`checking ${env}`);
      const found = await policy.checkPlan(computed);
      const result = { plan: computed.plan, packs: policy.packs, ...found };
      const broken = found.violations.some(({ level }) => level === "mandatory");
      return {
        document: policyCheckDocument(result),
        lines: policyCheckLines(result),
        markdown: (marker: string) => policyCheckComment(marker, result),
        analyses: [policyAnalysis(computed, policy, found.violations)],
        exitCode: broken ? exitCodes.terminal : exitCodes.success,
      };
    }),
});
