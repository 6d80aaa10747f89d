import { z } from "zod";
import { checkRevision } from "../../core/git/ref.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { defineCommand } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { sameByOwner, type ChangeSet } from "../output/change-set.ts";
import { changeLines, summary } from "../output/changes.ts";
import { span } from "../output/line.ts";
import { code } from "../output/markdown-escape.ts";
import { formatComment } from "../output/markdown.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { computeEnvironment, noteSource, noteWarnings } from "../work.ts";
import { environment, exitCode, markdown } from "./parameters.ts";

/** Shows what a move of the pin changes. */
export const diff = defineCommand({
  summary: "Show what changes between two commits, object by object; no cluster is asked.",
  description: "Both commits are planned with the environment document as it is now.",
  arguments: [environment],
  options: [
    { syntax: "--from <id>", description: "full id of the commit to compare with" },
    { syntax: "--to <id>", description: "full id of the other commit (default: the pin)" },
    exitCode,
    markdown,
  ],
  examples: ["driftless diff dev --from 4f6c1a29d0b5e8a7c3f2410b6d9e8c7a5b3f1e2d"],
  document: "Diff",
  input: z.object({
    env: z.string(),
    from: z.string({ error: "--from is missing: name the commit to compare with" }),
    to: z.string().optional(),
    exitCode: z.boolean().optional(),
  }),
  run: async ({ env, from, to, exitCode }, session) => {
    checkRevision(from);
    const computed = await computeEnvironment(session, env, to);
    noteSource(session, computed);
    noteWarnings(session, computed);
    const after = computed.plan;
    const { plan: before } = from === after.revision ? { plan: after } : await planBefore(session, env, from);
    const set = changesBetween(before, after);
    const title = `${shortRevision(before.revision)} → ${shortRevision(after.revision)}`;
    return {
      document: { kind: "Diff", environment: env, from: before.revision, to: after.revision, changes: set.changes },
      lines: [
        ...changeLines(set, session.io.columns),
        ...(set.changes.length === 0 ? [] : [[]]),
        [span("strong", env), ` ${title}: ${summary(set, "future")}`],
      ],
      markdown: (marker) =>
        formatComment({ marker, title: `Difference of ${code(env)}: ${code(title)}`, changes: set }),
      exitCode: exitCode === true && set.changes.length > 0 ? exitCodes.differences : exitCodes.success,
    };
  },
});

/** The plan to compare with. Its warnings are about a commit that nobody is going to apply. */
async function planBefore(session: Session, env: string, revision: string): Promise<ComputedPlan> {
  const computed = await computeEnvironment(session, env, revision);
  noteSource(session, computed);
  return computed;
}

/** What a move from one plan to the other changes, with counts of what stays. */
export function changesBetween(before: EnvironmentPlan, after: EnvironmentPlan): ChangeSet {
  const { changes } = diffPlans(before, after);
  return { changes, same: sameByOwner(after, changes) };
}
