import { z } from "zod";
import { namespaceOf } from "../../core/manifest/manifest.ts";
import { kindGroup } from "../../core/manifest/manifest.ts";
import type { EnvironmentPlan, PlannedObject } from "../../core/plan/plan.ts";
import { defineCommand } from "../command.ts";
import { columns } from "../output/columns.ts";
import { span, type Line } from "../output/line.ts";
import { formatDocument } from "../output/markdown-document.ts";
import { cellCode, code } from "../output/markdown-escape.ts";
import { maskPlan } from "../output/mask.ts";
import { memberText, originText, shortDigest, shortRevision } from "../output/text.ts";
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

function planLines(plan: EnvironmentPlan): Line[] {
  return [
    [span("strong", plan.environment), ` at ${shortRevision(plan.revision)}  plan ${shortDigest(plan.digest)}`],
    [],
    ...columns([
      ["application", "tenant", "renderer", "objects", "clusters", "path"].map((text): Line => [span("faint", text)]),
      ...plan.applications.map(({ name, tenant, renderer, objects, clusters, path, madeBy }): Line[] => [
        [name],
        [tenant],
        [renderer],
        [`${objects.length}`],
        [clusters.join(", ")],
        [path],
        madeBy === undefined ? [] : [span("faint", memberText(madeBy))],
      ]),
    ]),
    ...plan.tenants.flatMap(({ name, objects }) => blockLines(`tenant/${name}`, objects)),
    ...plan.applications.flatMap(({ name, objects, hooks }) => [
      ...blockLines(name, objects),
      ...hooks.map((hook): Line => [span("faint", `  ${objectText(hook)}  (${hook.phase} hook, wave ${hook.wave})`)]),
    ]),
  ];
}

function blockLines(owner: string, objects: readonly PlannedObject[]): Line[] {
  const rows = objects.map((object): Line[] => [
    [`  ${objectText(object)}`],
    [span("faint", originText(object.origin))],
  ]);
  return [[], [span("strong", owner)], ...columns(rows)];
}

function objectText({ cluster, object }: Pick<PlannedObject, "cluster" | "object">): string {
  const namespace = namespaceOf(object);
  const name = namespace === undefined ? object.metadata.name : `${namespace}/${object.metadata.name}`;
  return `${kindGroup(object)} ${name} on ${cluster}`;
}

function planComment(plan: EnvironmentPlan, marker: string): string {
  const rows = plan.applications.map(
    ({ name, renderer, objects, path, madeBy }) =>
      `| ${cellCode(name)}${madeBy === undefined ? "" : ` (set ${cellCode(madeBy.set)})`} | ${renderer} | ${objects.length} | ${cellCode(path)} |`,
  );
  const head = [
    `### Plan of ${code(plan.environment)} at ${code(shortRevision(plan.revision))}`,
    "",
    `Digest ${code(plan.digest)}`,
    "",
    "| application | renderer | objects | path |",
    "|---|---|---:|---|",
    ...rows,
  ];
  const details = plan.applications.map(({ name, objects }) => ({
    summary: `${name}: ${objects.length} objects`,
    language: "text" as const,
    lines: objects.map(objectText),
  }));
  return formatDocument(marker, head, details);
}
