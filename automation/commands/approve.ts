import { z } from "zod";
import { isApproved } from "../../core/approvals/judge.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { approvalsOf, state } from "../approvals/approvals.ts";
import { defineCommand } from "../command.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { exitCodes } from "../exit-code.ts";
import { readHistory, type UpdateRecord } from "../history/read.ts";
import { approvalDocument, approvalLines } from "../output/approvals.ts";
import { span, type Line } from "../output/line.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { planEnvironment } from "../work.ts";
import { environment } from "./parameters.ts";

/** Approves the plan of an environment, or says who has. */
export const approve = defineCommand({
  summary: "Approve exactly what an update would apply now, or show who has.",
  description:
    "An approval names the digest of the plan: commit, rendered objects and policy. If any of them changes it is void. It is a signed " +
    "commit on refs/notes/driftless of the project's repository, pushed to its remote origin. Nobody approves their own change.",
  arguments: [environment],
  options: [
    { syntax: "--digest <digest>", description: "approve only if the plan still is the one that you have reviewed" },
    { syntax: "--withdraw", description: "take your approval of the plan back" },
    { syntax: "--reason <text>", description: "what the record says beside it" },
    { syntax: "--show", description: "only show who has approved the plan, and what is missing" },
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
  ],
  examples: [
    "driftless approve production --show",
    "driftless approve production --digest sha256:2a82a6743d81c7b3e0b4f0a5c9f9d1f7a1e0c5b2d3f4a5968778695a4b3c2d1e",
  ],
  document: "Approvals",
  input: z.object({
    env: z.string(),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "--digest takes sha256: and 64 hex digits, as plan and preview print it")
      .optional(),
    withdraw: z.boolean().default(false),
    reason: z.string().min(1).max(500).optional(),
    show: z.boolean().default(false),
    yes: z.boolean().default(false),
  }),
  run: async ({ env, digest, withdraw, reason, show, yes }, session) => {
    if (!show) requireConsent(session, yes);
    const computed = await planEnvironment(session, env);
    const { plan } = computed;
    if (computed.environment.spec.approvals.required === 0) {
      const fix = "Set approvals.required and approvals.people in the document.";
      throw failure("USAGE", `${env} asks for no approvals.`, fix);
    }
    if (digest !== undefined && digest !== plan.digest) {
      throw failure(
        "PLAN_STALE",
        `The plan of ${env} is ${plan.digest} now, not the ${digest} that you have reviewed.`,
        "Review it again: driftless diff, driftless preview.",
      );
    }
    if (!show) {
      session.show([planLine(plan)]);
      const question = withdraw ? `Take back your approval of ${env}?` : `Approve exactly this for ${env}?`;
      if (!(await confirm(session, yes, question, "yes"))) {
        return {
          document: { kind: "Approvals", environment: env },
          lines: [["Nothing was signed."]],
          exitCode: exitCodes.interrupted,
        };
      }
      const { shared } = await state(session, computed, { kind: withdraw ? "withdrawal" : "approval", reason });
      if (!shared) session.progress.note("the repository has no remote origin: the approval is in this clone alone");
    }
    const history = () => readableHistory(session, computed.environment.spec);
    const verdict = await approvalsOf(session, computed, { history });
    if (verdict === undefined)
      throw failure("INTERNAL", "Approvals were required and are not.", "Report this as a bug.");
    return {
      document: approvalDocument(plan, verdict),
      lines: approvalLines(plan, verdict),
      exitCode: show && !isApproved(verdict) ? exitCodes.waiting : exitCodes.success,
    };
  },
});

/** Who approves need not be able to open the stack; `up` can, and judges again who wrote the change. */
async function readableHistory(session: Session, spec: EnvironmentSpec): Promise<readonly UpdateRecord[]> {
  try {
    return await readHistory(session, spec);
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    session.progress.note(
      `only the last commits count as the change, as its history cannot be read: ${error.findings[0].message}`,
    );
    return [];
  }
}

function planLine({ environment, revision, digest, applications }: EnvironmentPlan): Line {
  const objects = applications.reduce((sum, each) => sum + each.objects.length, 0);
  const size = `${applications.length} applications, ${objects} objects`;
  return [span("strong", environment), ` at ${shortRevision(revision)}, plan ${digest}: ${size}`];
}
