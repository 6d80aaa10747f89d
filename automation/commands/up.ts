import { z } from "zod";
import { withClusterVersions } from "../cluster-versions.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { BaselineWork } from "../drift/work.ts";
import { reportApplications } from "../delivery/applications.ts";
import { update } from "../delivery/update.ts";
import type { UpdateResult } from "../engine/types.ts";
import { engineOf, previewProgress, runOptions, updateProgress, waitProgress } from "../engine-work.ts";
import { exitCodes } from "../exit-code.ts";
import { withReport, withSkipped } from "../failed-run.ts";
import { hasWork } from "../output/change-set.ts";
import { closingLine, runComment, runDocument, runLines, type Run } from "../output/run.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { judgePreview, safetyInput, safetyOptions, settleRefusals } from "../safety.ts";
import { passPlan, passRun, withVerdict } from "../policy/gate.ts";
import { withPacks } from "../policy/session.ts";
import { withServedKinds } from "../served-kinds.ts";
import { planEnvironment } from "../work.ts";
import { environment, markdown, refresh } from "./parameters.ts";

/** Brings an environment to its pin. */
export const up = defineCommand({
  summary: "Preview, ask, apply exactly what was previewed, and wait until it is healthy.",
  description:
    "If anything that decides the result moves between the preview and the update, nothing is applied (PLAN_STALE). " +
    "What does not depend on a failure goes on. A pin that moves ends the wait for the old one (SUPERSEDED).",
  arguments: [environment],
  options: [
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
    refresh,
    { syntax: "--wait", description: "wait until everything is healthy, in order (default)" },
    { syntax: "--no-wait", description: "apply all of it at once; the next update waits for it" },
    ...safetyOptions,
    markdown,
  ],
  examples: ["driftless up dev", "driftless up production --yes --markdown"],
  document: "Update",
  input: z.object({
    env: z.string(),
    yes: z.boolean().default(false),
    refresh: z.boolean().default(false),
    wait: z.boolean().default(true),
    ...safetyInput,
  }),
  run: async ({ env, yes, refresh, wait, ...flags }, session): Promise<Report> => {
    requireConsent(session, yes);
    return withPacks(session, env, async (opening) => {
      const planned = await withClusterVersions(session, await planEnvironment(session, env));
      const computed = await withServedKinds(session, planned);
      const policy = await opening;
      const passed = await passPlan(policy, computed);
      const engine = await engineOf(session, computed.environment.spec);
      const recovery = await engine.recover(computed.plan.revision);
      const options = { ...runOptions(passed, refresh || recovery.interrupted), wait };
      session.progress.step(`previewing ${env}`);
      const raw = await withPlannedPlaces(computed.plan, () =>
        engine.preview({ ...options, onProgress: previewProgress(session) }),
      ).catch((error: unknown) => {
        throw withReport("Preview", error, computed);
      });
      const judged = await judgePreview(computed.environment, engine, raw, flags);
      const about = await passRun(policy, "up", judged.result, session.io.now());
      const verdict = { ...passed, violations: [...passed.violations, ...about] };
      const previewed = withVerdict(judged.result, verdict);
      const before: Run = { plan: computed.plan, result: previewed, warnings: computed.warnings, tense: "future" };
      session.show(runLines(before, session.io.columns));
      const settled = await settleRefusals(session, judged, yes, before);
      if (!settled) return nothingApplied(before);

      const baseline = new BaselineWork(session, computed, engine);
      const outputs = await engine.outputs();
      const recorded = outputs["planDigest"] === computed.plan.digest && outputs["revision"] === computed.plan.revision;
      if (!hasWork(previewed) && recorded && !recovery.interrupted && (await baseline.hasPlace())) {
        await baseline.complete();
        return report(before, false);
      }
      // A new commit that changes no object is recorded without a question: there is nothing to decide. Nor is waiting.
      const harmless = !hasWork({ ...previewed, waits: [] });
      if (!harmless && !(await confirm(session, yes, `Apply this to ${env}?`, "yes"))) {
        return nothingApplied(before);
      }

      await baseline.before(previewed.changes);
      session.progress.step(`updating ${env}`);
      const { io, project } = session;
      const apply = (): Promise<UpdateResult> =>
        update({
          engine,
          plan: computed.plan,
          options: {
            ...options,
            release: judged.release,
            confirmed: judged.confirmed,
            onProgress: updateProgress(session, previewed.counts),
            onWait: waitProgress(session),
          },
          context: { project, env: io.env, signal: io.signal },
        });
      const updated = await withPlannedPlaces(computed.plan, () => baseline.around(wait, apply)).catch(
        (error: unknown) => {
          throw withReport("Update", withSkipped(error, previewed), computed);
        },
      );
      const applications = reportApplications(computed.plan, updated, []);
      return report(
        { ...before, result: withVerdict(updated, verdict), tense: "past", applications },
        true,
        updated.seconds,
      );
    });
  },
});

function nothingApplied(before: Run): Report {
  return { ...report(before, false), lines: [["Nothing was applied."]], exitCode: exitCodes.interrupted };
}

function report(run: Run, applied: boolean, seconds?: number): Report {
  const time = seconds === undefined ? "" : ` in ${Math.round(seconds)} s`;
  return {
    document: { ...runDocument("Update", run), applied, ...(seconds === undefined ? {} : { seconds }) },
    // The table was shown before the update began.
    lines: applied ? [[...closingLine(run), time]] : [],
    markdown: (marker) => runComment("Update", run, marker),
  };
}
