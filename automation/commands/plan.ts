import { z } from "zod";
import { addonsBefore } from "../../core/plan/addons.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import type { ApprovalStatus } from "../approvals/status.ts";
import { defineCommand } from "../command.ts";
import { approvalFields, approvalNote, approvalStatusLines } from "../output/approvals.ts";
import { formatDocument } from "../output/markdown-document.ts";
import { cellCode, code } from "../output/markdown-escape.ts";
import { maskPlan } from "../output/mask.ts";
import { deliveryStages, objectText, planLines, rolloutText } from "../output/plan-lines.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { planEnvironment } from "../work.ts";
import { environment, markdown } from "./parameters.ts";

/** Prints everything that a run would make true; no cluster is asked. */
export const plan = defineCommand({
  summary: "Print what an environment must hold at its pin; no cluster is asked.",
  description: "Where the document asks for approvals, also who has approved the plan, and what is missing.",
  arguments: [environment],
  options: [{ syntax: "--revision <id>", description: "plan another commit than the pin, by its full id" }, markdown],
  examples: ["driftless plan dev", "driftless plan dev --json"],
  document: "Plan",
  input: z.object({ env: z.string(), revision: z.string().optional() }),
  run: async ({ env, revision }, session) => {
    const computed = await planEnvironment(session, env, revision);
    const { plan } = computed;
    const approval = await approvalsIfAny(session, computed);
    return {
      document: {
        ...{ kind: "Plan", plan: maskPlan(plan) },
        ...(approval === undefined ? {} : { approvals: approvalFields(approval) }),
      },
      lines: [...planLines(plan), ...(approval === undefined ? [] : [[], ...approvalStatusLines(plan, approval)])],
      markdown: (marker) => planComment(plan, marker, approval),
    };
  },
});

/** What people have said of the plan; the engine, whose history says what the change is since, is loaded for nothing else. */
async function approvalsIfAny(session: Session, computed: ComputedPlan): Promise<ApprovalStatus | undefined> {
  const { spec } = computed.environment;
  if (spec.approvals.required === 0) return undefined;
  const [{ approvalStatus }, { readableHistory }] = await Promise.all([
    import("../approvals/status.ts"),
    import("../approvals/history.ts"),
  ]);
  return approvalStatus(session, computed, () => readableHistory(session, spec));
}

function planComment(plan: EnvironmentPlan, marker: string, approval: ApprovalStatus | undefined): string {
  const rows = plan.applications.map((application) => {
    const { name, renderer, objects, hooks, dependsOn, path, madeBy, addon, rollout } = application;
    const notes = [
      ...(madeBy === undefined ? [] : [`set ${cellCode(madeBy.set)}`]),
      ...(addon === true ? ["add-on"] : []),
      ...(rollout === undefined ? [] : [`cluster by cluster: ${cellCode(rolloutText(rollout))}`]),
    ];
    const title = `${cellCode(name)}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
    const before = [...dependsOn, ...addonsBefore(application, plan.applications)];
    const cells = [title, renderer, objects.length, hooks.length, before.map(cellCode).join(", "), cellCode(path)];
    return `| ${cells.join(" | ")} |`;
  });
  const head = [
    `### Plan of ${code(plan.environment)} at ${code(shortRevision(plan.revision))}`,
    "",
    `Digest ${code(plan.digest)}`,
    "",
    ...(approval === undefined ? [] : [approvalNote(plan, approval), ""]),
    "| application | renderer | objects | hooks | waits for | path |",
    "|---|---|---:|---:|---|---|",
    ...rows,
  ];
  const details = plan.applications.map((application) => {
    const stages = deliveryStages(application);
    return {
      summary: `${application.name}: ${application.objects.length} objects`,
      language: "text" as const,
      lines: stages.flatMap(({ title, items }) => [...(stages.length > 1 ? [title] : []), ...items.map(objectText)]),
    };
  });
  return formatDocument(marker, head, details);
}
