import { z } from "zod";
import { withClusterVersions } from "../cluster-versions.ts";
import { defineCommand } from "../command.ts";
import { engineOf, previewProgress, runOptions } from "../engine-work.ts";
import { exitCodes } from "../exit-code.ts";
import { refuse, withReport } from "../failed-run.ts";
import { hasWork } from "../output/change-set.ts";
import { runComment, runDocument, runLines } from "../output/run.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { judgePreview, safetyInput, safetyOptions } from "../safety.ts";
import { passPlan, passRun, withVerdict } from "../policy/gate.ts";
import { withPacks } from "../policy/session.ts";
import { withServedKinds } from "../served-kinds.ts";
import { planEnvironment } from "../work.ts";
import { environment, exitCode, markdown, refresh } from "./parameters.ts";

/** Shows what an update would do. */
export const preview = defineCommand({
  summary: "Show what an update would change, and whether policies and limits allow it.",
  description: "Ends with an error where `up` with the same options would refuse.",
  arguments: [environment],
  options: [refresh, ...safetyOptions, exitCode, markdown],
  examples: ["driftless preview dev", "driftless preview dev --refresh --exit-code"],
  document: "Preview",
  input: z.object({
    env: z.string(),
    refresh: z.boolean().default(false),
    exitCode: z.boolean().default(false),
    ...safetyInput,
  }),
  run: ({ env, refresh, exitCode, ...flags }, session) =>
    withPacks(session, env, async (opening) => {
      const planned = await withClusterVersions(session, await planEnvironment(session, env));
      const computed = await withServedKinds(session, planned);
      const policy = await opening;
      const passed = await passPlan(policy, computed);
      const engine = await engineOf(session, computed.environment.spec);
      session.progress.step(`previewing ${env}`);
      const options = { ...runOptions(passed, refresh), onProgress: previewProgress(session) };
      const previewed = await withPlannedPlaces(computed.plan, () => engine.preview(options)).catch(
        (error: unknown) => {
          throw withReport("Preview", error, computed);
        },
      );
      const { result: judged, refusals } = await judgePreview(computed.environment, engine, previewed, flags);
      const about = await passRun(policy, "preview", judged, session.io.now());
      const result = withVerdict(judged, { ...passed, violations: [...passed.violations, ...about] });
      const run = { plan: computed.plan, result, warnings: computed.warnings, tense: "future" } as const;
      refuse(refusals, run, runLines(run, session.io.columns));
      return {
        document: runDocument("Preview", run),
        lines: runLines(run, session.io.columns),
        markdown: (marker) => runComment(`Preview`, run, marker),
        exitCode: exitCode && hasWork(result) ? exitCodes.differences : exitCodes.success,
      };
    }),
});
