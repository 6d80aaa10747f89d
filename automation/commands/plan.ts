import { z } from "zod";
import { addonsBefore } from "../../core/plan/addons.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { defineCommand } from "../command.ts";
import { formatDocument } from "../output/markdown-document.ts";
import { cellCode, code } from "../output/markdown-escape.ts";
import { maskPlan } from "../output/mask.ts";
import { deliveryStages, objectText, planLines } from "../output/plan-lines.ts";
import { shortRevision } from "../output/text.ts";
import { planEnvironment } from "../work.ts";
import { environment, markdown } from "./parameters.ts";

/** Prints everything that a run would make true; no cluster is asked. */
export const plan = defineCommand({
  summary: "Print what an environment must hold at its pin; no cluster is asked.",
  arguments: [environment],
  options: [{ syntax: "--revision <id>", description: "plan another commit than the pin, by its full id" }, markdown],
  examples: ["driftless plan dev", "driftless plan dev --json"],
  document: "Plan",
  input: z.object({ env: z.string(), revision: z.string().optional() }),
  run: async ({ env, revision }, session) => {
    const { plan } = await planEnvironment(session, env, revision);
    return {
      document: { kind: "Plan", plan: maskPlan(plan) },
      lines: planLines(plan),
      markdown: (marker) => planComment(plan, marker),
    };
  },
});

function planComment(plan: EnvironmentPlan, marker: string): string {
  const rows = plan.applications.map((application) => {
    const { name, renderer, objects, hooks, dependsOn, path, madeBy, addon } = application;
    const notes = [
      ...(madeBy === undefined ? [] : [`set ${cellCode(madeBy.set)}`]),
      ...(addon === true ? ["add-on"] : []),
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
