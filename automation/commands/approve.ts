import { z } from "zod";
import { isApproved } from "../../core/approvals/judge.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { failure } from "../../core/errors/error.ts";
import { approvalsOf, state } from "../approvals/approvals.ts";
import { readableHistory } from "../approvals/history.ts";
import { planSubject, type ApprovalSubject } from "../approvals/subject.ts";
import { defineCommand } from "../command.ts";
import { confirm, declined, requireConsent } from "../confirm.ts";
import { exitCodes } from "../exit-code.ts";
import { approvalDocument, approvalLines } from "../output/approvals.ts";
import { span, type Line } from "../output/line.ts";
import { count, shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { planEnvironment } from "../work.ts";
import { environment } from "./parameters.ts";

/** Approves the plan of an environment, or says who has. */
export const approve = defineCommand({
  summary: "Approve exactly what an update would apply now, or show who has.",
  description:
    "An approval names the digest of the plan: commit, rendered objects and policy. If any of them changes it is void. It is a signed " +
    "commit on refs/notes/driftless of the project's repository, pushed to its remote origin. Nobody approves their own change. " +
    "With --destroy it is about deleting the environment: the objects that `destroy` would delete now.",
  arguments: [environment],
  options: [
    { syntax: "--digest <digest>", description: "approve only if the plan still is the one that you have reviewed" },
    { syntax: "--withdraw", description: "take your approval of the plan back" },
    { syntax: "--reason <text>", description: "what the record says beside it" },
    { syntax: "--show", description: "only show who has approved the plan, and what is missing" },
    { syntax: "--destroy", description: "about what destroy would delete, instead of the plan" },
    { syntax: "--orphan", description: "with --destroy: about destroy --orphan, which leaves objects on the clusters" },
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
    destroy: z.boolean().default(false),
    orphan: z.boolean().default(false),
    yes: z.boolean().default(false),
  }),
  run: async ({ env, digest, withdraw, reason, show, yes, destroy, orphan }, session) => {
    if (!show) requireConsent(session, yes);
    const { subject, lines } = destroy ? await destructionOf(session, env, orphan) : await planOf(session, env);
    const { kind, revision } = subject;
    if (subject.environment.spec.approvals.required === 0) {
      const fix = "Set approvals.required and approvals.people in the document.";
      throw failure("USAGE", `${env} asks for no approvals.`, fix);
    }
    if (digest !== undefined && digest !== subject.digest) {
      throw failure(
        "PLAN_STALE",
        `The ${kind} of ${env} is ${subject.digest} now, not the ${digest} that you have reviewed.`,
        kind === "plan" ? "Review it again: driftless diff, driftless preview." : "Run it without --digest to see it.",
      );
    }
    if (!show) {
      session.show(lines);
      const what = `${withdraw ? "Take back your approval of" : "Approve exactly this for"} ${env}?`;
      const question = kind === "plan" ? what : what.replace(env, `the destruction of ${env}`);
      if (!(await confirm(session, yes, question, "yes"))) {
        return declined({ kind: "Approvals", environment: env }, "signed");
      }
      const { shared } = await state(session, subject, { kind: withdraw ? "withdrawal" : "approval", reason });
      if (!shared) session.progress.note("the repository has no remote origin: the approval is in this clone alone");
    }
    const verdict = await approvalsOf(session, subject);
    if (verdict === undefined)
      throw failure("INTERNAL", "Approvals were required and are not.", "Report this as a bug.");
    const about = { environment: env, revision, digest: subject.digest };
    return {
      document: { ...approvalDocument(about, verdict), about: kind },
      lines: approvalLines(about, verdict, kind),
      exitCode: show && !isApproved(verdict) ? exitCodes.waiting : exitCodes.success,
    };
  },
});

/** What is approved, and what somebody has to see before. */
interface Shown {
  readonly subject: ApprovalSubject;
  readonly lines: readonly Line[];
}

async function planOf(session: Session, env: string): Promise<Shown> {
  const computed = await planEnvironment(session, env);
  const { revision, digest, applications } = computed.plan;
  const objects = applications.reduce((sum, each) => sum + each.objects.length, 0);
  const size = `${count(applications.length, "application")}, ${count(objects, "object")}`;
  return {
    subject: planSubject(session, computed, () => readableHistory(session, computed.environment.spec)),
    lines: [[span("strong", env), ` at ${shortRevision(revision)}, plan ${digest}: ${size}`]],
  };
}

async function destructionOf(session: Session, env: string, orphan: boolean): Promise<Shown> {
  const [{ engineOf }, { previewDestruction }, { changeLines, summary }] = await Promise.all([
    import("../engine-work.ts"),
    import("../approvals/previewed-destruction.ts"),
    import("../output/changes.ts"),
  ]);
  const loaded = await loadEnvironment(session.project, env);
  const engine = await engineOf(session, loaded.spec);
  const flags = { orphan, confirm: [], runs: false };
  const { subject, result } = await previewDestruction(session, loaded, engine, flags);
  const head: Line = [span("strong", env), `: ${summary(result, "future")}, destruction ${subject.digest}`];
  return { subject, lines: [...changeLines(result, session.io.columns), [], head] };
}
