import { z } from "zod";
import { defineCommand, type Report } from "../command.ts";
import { confirm, requireConsent } from "../confirm.ts";
import { BaselineWork } from "../drift/work.ts";
import { failure } from "../../core/errors/error.ts";
import { exitCodes } from "../exit-code.ts";
import { hasWork } from "../output/change-set.ts";
import { closingLine, runComment, runDocument, runLines, type Run } from "../output/run.ts";
import { withPacks } from "../policy/session.ts";
import { safetyInput, safetyOptions, settleRefusals } from "../safety.ts";
import { applyUpdate } from "../update/apply.ts";
import { planUpdate, type PlannedUpdate } from "../update/plan.ts";
import { previewUpdate } from "../update/preview.ts";
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
    {
      syntax: "--heal",
      description:
        "only put back what has drifted since the last update, whatever drift.heal says but off; applies nothing new",
    },
    { syntax: "--wait", description: "wait until everything is healthy, in order (default)" },
    { syntax: "--no-wait", description: "apply all of it at once; the next update waits for it" },
    ...safetyOptions,
    markdown,
  ],
  examples: ["driftless up dev", "driftless up production --yes --markdown", "driftless up dev --heal"],
  document: "Update",
  input: z.object({
    env: z.string(),
    yes: z.boolean().default(false),
    refresh: z.boolean().default(false),
    heal: z.boolean().default(false),
    wait: z.boolean().default(true),
    ...safetyInput,
  }),
  run: async ({ env, yes, refresh, heal, wait, ...flags }, session): Promise<Report> => {
    requireConsent(session, yes);
    if (heal) {
      if (refresh || !wait) throw failure("USAGE", "--heal takes neither --refresh nor --no-wait.", healFix);
      const { healOnRequest } = await import("./up-heal.ts");
      return healOnRequest(session, env, { yes, flags });
    }
    return withPacks(session, env, async (opening) => {
      const planned = await planUpdate(session, env, opening, { refresh, wait });
      const previewed = await previewUpdate(session, planned, flags);
      const { run } = previewed;
      session.show(runLines(run, session.io.columns));
      if (!(await settleRefusals(session, previewed.judged, yes, run))) return nothingApplied(run);
      const baseline = new BaselineWork(session, planned.computed, planned.engine);
      if (!hasWork(run.result) && (await isRecorded(planned)) && (await baseline.hasPlace())) {
        await baseline.complete();
        return report(run, false);
      }
      // A new commit that changes no object is recorded without a question: there is nothing to decide. Nor is waiting.
      const harmless = !hasWork({ ...run.result, waits: [] });
      if (!harmless && !(await confirm(session, yes, `Apply this to ${env}?`, "yes"))) return nothingApplied(run);
      const applied = await applyUpdate(session, planned, previewed, baseline);
      return report(applied.run, true, applied.seconds);
    });
  },
});

const healFix = "It compares what has drifted with the clusters anyway, and waits until it is healthy.";

/** True if the last update completed this very plan, so that there is nothing to note down either. */
async function isRecorded({ computed: { plan }, engine, recovery }: PlannedUpdate): Promise<boolean> {
  if (recovery.interrupted) return false;
  const { planDigest, revision } = await engine.outputs();
  return planDigest === plan.digest && revision === plan.revision;
}

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
