import { z } from "zod";
import { DriftlessError } from "../../core/errors/error.ts";
import { exitCodeOf, exitCodes } from "../exit-code.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { freezeStates } from "../../core/freeze/of-spec.ts";
import type { LastMeasure } from "../../core/drift/memory.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { stateContext } from "../cluster-access.ts";
import { defineCommand } from "../command.ts";
import { DriftMemoryFile } from "../drift/memory.ts";
import { engineOf } from "../engine-work.ts";
import { ownerName } from "../output/change-set.ts";
import { columns } from "../output/columns.ts";
import { rollbackLines } from "../output/rollbacks.ts";
import { span, type Line, type Tone } from "../output/line.ts";
import { countsText } from "../output/drift-lines.ts";
import { lengthText, readableTime, shortDigest, shortRevision } from "../output/text.ts";
import { freezeField, freezeLines } from "../status/freeze.ts";
import { openRollbacks } from "../rollback/pending.ts";
import { unfinishedRun, unfinishedText, type Runs } from "../status/run-state.ts";
import { stateObjects } from "../status/state-objects.ts";
import { clusterLines, clusterStatuses } from "../status/clusters.ts";
import { readOwners } from "../status/owners.ts";
import type { ObjectStatus, OwnerStatus } from "../status/status.ts";
import { environment } from "./parameters.ts";

/** Says what an environment is at and how its objects are doing. */
export const status = defineCommand({
  summary: "Show what an environment is at, and how its live objects are doing.",
  description:
    "Says how each cluster is doing, also where one cannot be reached, and whether freeze windows let it and its applications change now, and until when.",
  arguments: [environment],
  options: [],
  examples: ["driftless status dev"],
  document: "Status",
  input: z.object({ env: z.string() }),
  run: async ({ env }, session) => {
    const { io, project, progress } = session;
    const { spec } = await loadEnvironment(project, env);
    const engine = await engineOf(session, spec);
    progress.detail("reading the state");
    const [outputs, last, noted, state] = await Promise.all([
      engine.outputs(),
      engine.lastRun(),
      engine.unfinished(),
      engine.exportState(),
    ]);
    const unfinished = unfinishedRun({ noted, last });
    const { measured } = await new DriftMemoryFile(session, env).read();
    const objects = state === undefined ? [] : stateObjects(state);
    const [{ owners, unread }, clusters] = await Promise.all([
      readOwners(session, spec, objects, stateContext(state)),
      clusterStatuses(session, spec, state),
    ]);
    const [wrong, ...more] = [...clusters.flatMap(({ problem }) => problem ?? []), ...unread];
    const rollbacks = await openRollbacks(session, env, state);
    const { revision, planDigest } = unfinished === undefined ? outputs : {};
    const at = { revision: revision ?? null, planDigest: planDigest ?? null };
    const pin = spec.source.revision;
    const freeze = freezeStates(spec, io.now());
    // A first run that failed before it made anything has left nothing to finish.
    const open = unfinished === "failed" && objects.length === 0 ? undefined : unfinished;
    return {
      document: {
        kind: "Status",
        environment: env,
        pin,
        ...at,
        unfinished: unfinished ?? null,
        lastRun: last ?? null,
        freeze: freezeField(freeze),
        drift: measured ?? null,
        rollbacks,
        clusters,
        owners,
      },
      lines: [
        open === undefined
          ? headLine(env, { pin, isRolledBack: rollbacks.some(({ entry }) => entry.revision === pin) }, at)
          : [span("strong", env), ": ", span("update", unfinishedText(env, shortRevision(pin), open, { noted, last }))],
        [historyText({ noted, last })],
        ...freezeLines(freeze),
        ...(objects.length === 0 ? [] : [driftLine(env, measured, io.now())]),
        ...rollbackLines(env, rollbacks),
        ...clusterLines(clusters),
        ...(owners.length === 0 ? [] : [[], ...table(owners)]),
      ],
      // What could be found out is said all the same.
      exitCode: wrong === undefined ? exitCodes.success : exitCodeOf(new DriftlessError([wrong, ...more])),
    };
  },
});

function historyText({ noted, last }: Runs): string {
  const which = noted === undefined ? "last" : "before that:";
  return last === undefined ? "never updated" : `${which} ${last.kind} ${last.result}, ${readableTime(last.startTime)}`;
}

/** What the last look found here; another checkout may have looked later. */
function driftLine(env: string, measured: LastMeasure | undefined, now: Date): Line {
  if (measured === undefined) return [span("faint", `drift was never measured here: driftless drift ${env}`)];
  const { at, outcome, counts } = measured;
  const seconds = (now.getTime() - Date.parse(at)) / 1000;
  const tone = outcome === "none" ? "good" : outcome === "drift" ? "update" : "bad";
  return [span(tone, countsText(counts, outcome)), `, measured ${lengthText(seconds)} ago, ${readableTime(at)}`];
}

function headLine(
  env: string,
  { pin, isRolledBack }: { readonly pin: string; readonly isRolledBack: boolean },
  { revision, planDigest }: { readonly revision: Json; readonly planDigest: Json },
): Line {
  if (typeof revision !== "string") return [span("strong", env), ` is not deployed; its pin is ${shortRevision(pin)}`];
  const digest = typeof planDigest === "string" ? `  plan ${shortDigest(planDigest)}` : "";
  const next = isRolledBack ? ", which was rolled back" : `: run driftless up ${env}`;
  const moved = revision === pin ? "" : `  (the pin is ${shortRevision(pin)}${next})`;
  return [span("strong", env), ` at ${shortRevision(revision)}${digest}${moved}`];
}

function table(owners: readonly OwnerStatus[]): Line[] {
  return columns(
    owners.flatMap(({ owner, health, healthy, total, problems }) => [
      [[ownerName(owner)], [span(toneOf(health), health)], [`${healthy}/${total} healthy`]],
      ...problems.map((problem): Line[] => [
        [`  ${objectText(problem)}`],
        [span(toneOf(problem.health), problem.health)],
        [problem.reason],
      ]),
    ]),
  );
}

function objectText({ kind, namespace, name, cluster }: ObjectStatus): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`} on ${cluster}`;
}

function toneOf(health: ObjectStatus["health"]): Tone {
  if (health === "healthy") return "good";
  return health === "degraded" || health === "missing" ? "bad" : "update";
}
