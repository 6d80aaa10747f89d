import { z } from "zod";
import { isMade } from "../../core/safety/cluster-parts.ts";
import { lossesOf } from "../../core/recover/losses.ts";
import { requireApproval } from "../approvals/gate.ts";
import { knownClusters } from "../accepted-clusters.ts";
import { defineCommand, type Report } from "../command.ts";
import { confirm, declined, requireConsent } from "../confirm.ts";
import { BaselineWork } from "../drift/work.ts";
import { span } from "../output/line.ts";
import { closingLine, runFields, runLines } from "../output/run.ts";
import { passRun } from "../policy/gate.ts";
import { withPacks } from "../policy/session.ts";
import { passThoughFrozen } from "../recover/break-glass.ts";
import { chooseLost } from "../recover/choose.ts";
import { lossLines } from "../recover/lines.ts";
import { refuseOthers } from "../recover/others.ts";
import { safetyInput, safetyOptions, settleRefusals } from "../safety.ts";
import { unfinishedRun } from "../status/run-state.ts";
import { applyUpdate } from "../update/apply.ts";
import { planUpdate, type PlannedUpdate } from "../update/plan.ts";
import { previewUpdate } from "../update/preview.ts";
import { breakGlassInput, environment } from "./parameters.ts";

/** Rebuilds lost clusters. */
export const recover = defineCommand({
  summary: "Rebuild a lost cluster: make all that was on it again, in order, on the one that takes its place.",
  description:
    "A cluster is lost if another one answers under its name, if nothing is left of what it held, or if AWS does not have it any more. Says first what does " +
    "not come back, such as data on volumes. Other clusters are left alone. If it is interrupted, run it again.",
  arguments: [environment],
  options: [
    { syntax: "--cluster <name...>", description: "only this cluster; may be repeated (default: all that are lost)" },
    { syntax: "--yes", description: "do not ask; needed where nobody can answer" },
    { syntax: "--with-changes", description: "bring the other clusters to the pin too, if they are behind it" },
    {
      syntax: "--break-glass <reason>",
      description:
        "rebuild although the environment is frozen, and without the approvals that are missing where approvals.breakGlass lets you",
    },
    ...safetyOptions,
  ],
  examples: ["driftless recover production", 'driftless recover production --cluster eu --break-glass "eu is down"'],
  document: "Recovery",
  input: z.object({
    env: z.string(),
    cluster: z.array(z.string()).default([]),
    yes: z.boolean().default(false),
    withChanges: z.boolean().default(false),
    breakGlass: breakGlassInput,
    ...safetyInput,
  }),
  run: async ({ env, cluster: names, yes, withChanges, breakGlass, ...flags }, session): Promise<Report> => {
    requireConsent(session, yes);
    return withPacks(session, env, async (opening) => {
      const found = await planUpdate(session, env, opening, { refresh: false, wait: true });
      const { engine, recovery } = found;
      const { plan, environment: loaded } = found.computed;
      const named = knownClusters(loaded.spec, names);
      session.progress.detail("looking at what the clusters hold");
      const remains = await engine.remains(named.size > 0 ? named : new Set(Object.keys(loaded.spec.clusters)));
      const last = await engine.lastRun();
      const unfinished = recovery.interrupted || unfinishedRun({ noted: undefined, last }) !== undefined;
      const { lost, rebuilt } = chooseLost(plan, remains, { named, unfinished });
      if (rebuilt.size === 0) {
        const document = { kind: "Recovery", environment: env, clusters: [], applied: false } as const;
        return { document, lines: [[`Nothing of ${env} is lost: every cluster that was asked holds what it held.`]] };
      }
      const planned = comparing(found, rebuilt);
      const gone = new Set(lost.flatMap(({ cluster, gone }) => (gone === true ? [cluster] : [])));
      const losses = lossesOf(plan, rebuilt, gone);
      session.show(lossLines(lost, rebuilt, losses));
      const undo = await engine.forget(lost);
      const clusters = [...rebuilt].sort();
      const facts = { clusters, losses, breakGlass: breakGlass ?? null };
      const prepared = async () => {
        const pass = breakGlass === undefined ? passRun : passThoughFrozen;
        const previewed = await previewUpdate(session, planned, { ...flags, breakGlass }, { pass });
        const { run, judged } = previewed;
        session.show(runLines(run, session.io.columns));
        if (!withChanges) refuseOthers(env, run.result.changes, rebuilt);
        requireApproval(previewed.approval, run);
        const agreed =
          (await settleRefusals(session, judged, yes, run)) &&
          (await confirm(session, yes, `Rebuild ${clusters.join(", ")} of ${env}?`, env));
        return { previewed, agreed };
      };
      const { previewed, agreed } = await prepared().catch(async (error: unknown) => {
        await undo();
        throw error;
      });
      if (!agreed) {
        await undo();
        const document = { kind: "Recovery", ...runFields(previewed.run), ...facts, applied: false } as const;
        return declined(document, "applied");
      }
      const baseline = new BaselineWork(session, planned.computed, engine);
      const { run, seconds } = await applyUpdate(session, planned, previewed, baseline, {
        kind: "recover",
        ...(breakGlass === undefined ? {} : { reason: `although it is frozen: ${breakGlass}` }),
      });
      return {
        document: { kind: "Recovery", ...runFields(run), ...facts, applied: true, seconds },
        lines: [
          [...closingLine(run), ` in ${Math.round(seconds)} s`],
          [span("strong", clusters.join(", ")), " is there again; what is listed above does not come back by itself"],
        ],
      };
    });
  },
});

/**
 * Where a cluster was deleted at AWS, its network may have been, too: that is seen by comparing. It is done where all clusters
 * are rebuilt: of another one, it would show drift that is no business of a recovery.
 */
function comparing(planned: PlannedUpdate, rebuilt: ReadonlySet<string>): PlannedUpdate {
  const { clusters } = planned.computed.plan;
  const compares = clusters.every(({ name }) => rebuilt.has(name)) && clusters.some(({ spec }) => isMade(spec));
  return compares ? { ...planned, options: { ...planned.options, refresh: true } } : planned;
}
