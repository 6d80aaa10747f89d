import { z } from "zod";
import { knownClusters } from "../accepted-clusters.ts";
import { approvalStatus } from "../approvals/status.ts";
import { withClusterVersions } from "../cluster-versions.ts";
import { defineCommand } from "../command.ts";
import { refuseUpgrades } from "../eks-upgrades.ts";
import { engineOf, previewProgress, runOptions } from "../engine-work.ts";
import { exitCodes } from "../exit-code.ts";
import { refuse, withReport } from "../failed-run.ts";
import { hasWork } from "../output/change-set.ts";
import { runComment, runDocument, runLines, withoutMandatory } from "../output/run.ts";
import { withPlannedPlaces } from "../planned-places.ts";
import { judgePreview, safetyInput, safetyOptions } from "../safety.ts";
import { judgePlan, judgeRun, withVerdict } from "../policy/gate.ts";
import { afterPolicy, policyErrors, stoppedByPolicy, type RefusedPreview } from "../policy/nevertheless.ts";
import { withPacks } from "../policy/session.ts";
import { refuseRolledBack } from "../rollback/pending.ts";
import { withServedKinds } from "../served-kinds.ts";
import { withoutHeld } from "../update/held.ts";
import { planEnvironment } from "../work.ts";
import { acceptCluster, environment, exitCode, markdown, refresh } from "./parameters.ts";

/** Shows what an update would do. */
export const preview = defineCommand({
  summary: "Show what an update would change, and whether policies and limits allow it.",
  description:
    "Ends with an error where `up` with the same options would refuse. Where policy does, the changes are shown beside it. Which " +
    "approvals the plan has and which are missing is said, and is no error: they are given for what a preview shows.",
  arguments: [environment],
  options: [refresh, acceptCluster, ...safetyOptions, exitCode, markdown],
  examples: ["driftless preview dev", "driftless preview dev --refresh --exit-code"],
  document: "Preview",
  input: z.object({
    env: z.string(),
    refresh: z.boolean().default(false),
    exitCode: z.boolean().default(false),
    acceptCluster: z.array(z.string()).default([]),
    ...safetyInput,
  }),
  run: ({ env, refresh, exitCode, acceptCluster: accepted, ...flags }, session) =>
    withPacks(session, env, async (opening) => {
      const planned = await withClusterVersions(session, await planEnvironment(session, env));
      await refuseUpgrades(session, planned);
      const computed = await withServedKinds(session, planned);
      const policy = await opening;
      const judged = await judgePlan(policy, computed);
      // What policy refuses is previewed all the same: whoever reviews it wants to see the change too.
      const previewed = async () => {
        const engine = await engineOf(session, computed.environment.spec);
        await refuseRolledBack(session, engine, computed.plan);
        session.progress.step(`previewing ${env}`);
        const acceptClusters = knownClusters(computed.environment.spec, accepted);
        const options = { ...runOptions(judged, refresh), acceptClusters, onProgress: previewProgress(session) };
        const found = await withPlannedPlaces(computed.plan, () => engine.preview(options)).then(
          (result): RefusedPreview => ({ result, refused: [] }),
          stoppedByPolicy,
        );
        const possible = withoutHeld(computed.plan, found.result);
        const { result, refusals } = await judgePreview(computed.environment, engine, possible, flags);
        const about = await judgeRun(policy, "preview", result, session.io.now());
        const approval = await approvalStatus(session, computed, () => engine.history());
        return { ...found, result, refusals, approval, violations: [...judged.violations, ...about] };
      };
      const { refused, refusals, violations, approval, ...found } = await previewed().catch((error: unknown) => {
        throw withReport("Preview", afterPolicy(error, judged.violations), computed);
      });
      const result = withVerdict(found.result, { ...judged, violations });
      const run = { plan: computed.plan, result, warnings: computed.warnings, tense: "future", approval } as const;
      const lines = runLines(withoutMandatory(run), session.io.columns);
      const unreachable = (result.leftOut ?? []).map(({ finding }) => finding);
      const against = [...policyErrors(violations, refused), ...refusals.map(({ finding }) => finding), ...unreachable];
      refuse(against, run, lines);
      return {
        document: runDocument("Preview", run),
        lines,
        markdown: (marker) => runComment(`Preview`, run, marker),
        exitCode: exitCode && hasWork(result) ? exitCodes.differences : exitCodes.success,
      };
    }),
});
