import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import type { ChangeCounts } from "../../core/plan/change.ts";
import { judgeApproval, requireApproval } from "../approvals/gate.ts";
import { previewDestruction } from "../approvals/previewed-destruction.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, declined, requireConsent } from "../confirm.ts";
import { engineOf, updateProgress } from "../engine-work.ts";
import { changeLines, summary } from "../output/changes.ts";
import { span } from "../output/line.ts";
import { updateDraft } from "../history/draft.ts";
import { withFailureNoted } from "../history/note-failure.ts";
import { findingLines } from "../output/findings.ts";
import { passRun } from "../policy/gate.ts";
import { violationFindings } from "../policy/policy.ts";
import { withPacks } from "../policy/session.ts";
import { confirmOption, orphanOption, safetyInput, settleRefusals } from "../safety.ts";
import { breakGlass, breakGlassInput, environment } from "./parameters.ts";

/** Deletes everything of an environment. */
export const destroy = defineCommand({
  summary: "Delete all objects of an environment; its document and history stay.",
  arguments: [environment],
  description:
    "What is not to be pruned stays on the cluster; what Git holds and is deleted only when confirmed is asked about. " +
    "Where the document asks for approvals, exactly these deletions must have been approved: driftless approve <env> --destroy.",
  options: [
    { syntax: "--yes", description: "do not ask for the environment's name; needed where nobody can answer" },
    confirmOption,
    orphanOption,
    breakGlass,
  ],
  examples: ["driftless destroy dev", "driftless destroy dev --yes --confirm PersistentVolumeClaim"],
  document: "Destruction",
  input: z.object({
    env: z.string(),
    yes: z.boolean().default(false),
    confirm: safetyInput.confirm,
    orphan: safetyInput.orphan,
    breakGlass: breakGlassInput,
  }),
  run: async ({ env, yes, breakGlass: reason, ...flags }, session): Promise<Report> => {
    requireConsent(session, yes);
    return withPacks(session, env, async (opening) => {
      const document = await loadEnvironment(session.project, env);
      const { spec } = document;
      const policy = await opening;
      const engine = await engineOf(session, spec);
      const judged = await previewDestruction(session, document, engine, { ...flags, runs: true });
      const { result: previewed, release, confirmed } = judged;
      if (previewed.changes.length === 0) {
        return {
          document: { kind: "Destruction", environment: env, changes: [] },
          lines: [[`${env} holds no objects.`]],
        };
      }
      // The engine takes no packs for a destruction.
      const about = await passRun(policy, "destroy", previewed, session.io.now());
      session.show([
        ...findingLines(violationFindings(about)),
        ...changeLines(previewed, session.io.columns),
        [],
        [span("strong", env), `: ${summary(previewed, "future")}`],
      ]);
      const approval = await judgeApproval(session, judged.subject, reason);
      requireApproval(approval, undefined);
      const settled = await settleRefusals(session, judged, yes);
      if (!settled || !(await confirm(session, yes, question(previewed.counts), env))) {
        return declined({ kind: "Destruction", environment: env, changes: [] }, "deleted");
      }
      const packs = Object.fromEntries(policy.packs.map(({ name, version }) => [name, version]));
      const result = { ...previewed, violations: about, packs };
      const note = await updateDraft(session, {
        kind: "destroy",
        spec,
        result,
        waited: true,
        approval: approval?.verdict,
      });
      const done = await withFailureNoted(session, engine, () =>
        engine.destroy({
          release,
          confirmed,
          note,
          orphan: flags.orphan,
          approvals: "judged",
          onProgress: updateProgress(session, previewed.counts),
        }),
      );
      return {
        document: { kind: "Destruction", environment: env, changes: done.changes, seconds: done.seconds },
        lines: [[span("strong", env), `: ${summary(done, "past")} in ${Math.round(done.seconds)} s`]],
      };
    });
  },
});

function question(counts: ChangeCounts): string {
  if (counts.delete === 0) return "This lets all of it go: the objects stay on their clusters.";
  return counts.release === 0
    ? "This deletes all of it, data included."
    : "This deletes all of it, data included, but for what stays on the cluster.";
}
