import { join } from "node:path";
import { readdir } from "node:fs/promises";
import { z } from "zod";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { defineCommand, type Report } from "../command.ts";
import type { DatedMeasure } from "../drift/environment.ts";
import { exitCodes } from "../exit-code.ts";
import { driftAnalysis } from "../output/drift-analysis.ts";
import { driftDocument, driftOutcome, type EnvironmentDrift } from "../output/drift-document.ts";
import { driftLines } from "../output/drift-lines.ts";
import { driftComment } from "../output/drift-markdown.ts";
import type { Session } from "../session.ts";
import { logs, markdown } from "./parameters.ts";

/** Finds out what somebody else has changed. */
export const drift = defineCommand({
  summary:
    "Find what has changed on the clusters since it was applied: fields changed, added or removed, objects gone or new.",
  description:
    "Compares every live object with what it looked like after the last update; renders nothing and starts no engine. " +
    'What cannot be read is an error, never "no drift". Exits with 0 if nothing has drifted, 2 if something has, ' +
    "1 if something could not be found out; with --watch, by how it is when it is interrupted.",
  arguments: [{ syntax: "[env]", description: "name of the environment, such as dev" }],
  options: [
    { syntax: "--all", description: "all environments of the project" },
    {
      syntax: "--engine",
      description:
        "preview the environment with the engine too, compared with the clusters, and hold it against the scan",
    },
    {
      syntax: "--heal",
      description:
        "put back what has drifted where drift.heal is auto; the rest is only reported, and no new commit comes in",
    },
    {
      syntax: "--watch",
      description: "then go on, and tell whatever begins to drift or ends to within a second, until interrupted",
    },
    { syntax: "--show-ignored", description: "show also what is different and ignored, and why" },
    markdown,
    ...logs,
  ],
  examples: [
    "driftless drift dev",
    "driftless drift --all --json",
    "driftless drift dev --engine",
    "driftless drift dev --heal",
    "driftless drift dev --watch",
    "driftless drift dev --watch --heal",
  ],
  document: "Drift",
  input: z.object({
    env: z.string().optional(),
    all: z.boolean().default(false),
    engine: z.boolean().default(false),
    heal: z.boolean().default(false),
    watch: z.boolean().default(false),
    showIgnored: z.boolean().default(false),
  }),
  run: async ({ env, all, engine, heal, watch, showIgnored }, session): Promise<Report> => {
    const names = await environmentsOf(session, env, all);
    if (watch) return watchOne(session, env, { engine, heal, showIgnored });
    const measured: EnvironmentDrift[] = [];
    // One after the other: each keeps its clusters busy by itself.
    for (const name of names) measured.push(await measure(session, name, { engine, heal }));
    return {
      document: driftDocument(measured, showIgnored),
      lines: measured.flatMap((each, at) => [...(at === 0 ? [] : [[]]), ...driftLines(each, showIgnored)]),
      markdown: (marker) => driftComment(measured, marker),
      analyses: measured.map(driftAnalysis),
      exitCode: exitCodeOf(measured),
    };
  },
});

async function watchOne(
  session: Session,
  env: string | undefined,
  given: { readonly engine: boolean; readonly heal: boolean; readonly showIgnored: boolean },
): Promise<Report> {
  const goesWith = session.form === "text" || session.form === "json";
  const other = given.engine ? "--engine" : goesWith ? undefined : `--${session.form}`;
  if (env === undefined || other !== undefined) {
    const message = `--watch follows one environment, and goes on: it does not go with ${other ?? "--all"}.`;
    throw failure("USAGE", message, "Run driftless drift dev --watch, or the same with --json.");
  }
  const { watchCommand } = await import("./drift-watch.ts");
  return watchCommand(session, env, given);
}

async function environmentsOf({ project }: Session, env: string | undefined, all: boolean): Promise<readonly string[]> {
  if (all === (env !== undefined)) {
    throw failure("USAGE", "Name an environment, or give --all.", "Run driftless drift dev, or driftless drift --all.");
  }
  if (env !== undefined) return [env];
  const files = (await readdir(join(project, "environments")).catch(ignore("ENOENT"))) ?? [];
  return files.flatMap((file) => /^([a-z0-9][a-z0-9-]*)\.ya?ml$/.exec(file)?.[1] ?? []).sort();
}

/** A document that cannot be read is an error of its environment; the others are measured all the same. */
async function measure(
  session: Session,
  environment: string,
  { engine, heal }: { readonly engine: boolean; readonly heal: boolean },
): Promise<EnvironmentDrift> {
  try {
    const loaded = await loadEnvironment(session.project, environment);
    // Loading what talks to clusters takes longer than most commands that do without it.
    const { environmentDrift } = await import("../drift/environment.ts");
    const found = { environment, ...(await environmentDrift(session, loaded)) };
    const measured = heal ? { ...found, ...(await healed(session, loaded, found)) } : found;
    const placed = session.form === "sarif" ? await withLines(session, measured) : measured;
    return engine ? await besideEngine(session, placed) : placed;
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return { environment, failed: error.findings };
  }
}

/** Heals what may be without a question: nobody is asked here, and nothing was said about deletions. */
async function healed(session: Session, loaded: LoadedEnvironment, measured: DatedMeasure): Promise<DatedMeasure> {
  const { healDrift } = await import("../drift/heal.ts");
  return healDrift(session, loaded, measured, { asked: false, yes: true, flags: { confirm: [], orphan: false } });
}

/** Code scanning shows a result at a line. */
async function withLines<Found extends DatedMeasure>(session: Session, measured: Found): Promise<Found> {
  const { originLines } = await import("../drift/origin-lines.ts");
  return { ...measured, originLines: await originLines(session, measured.report, measured.resources) };
}

/** What kept the engine from it is an error beside what the scan has found. */
async function besideEngine(
  session: Session,
  measured: DatedMeasure & { readonly environment: string },
): Promise<EnvironmentDrift> {
  const { report } = measured;
  try {
    const { checkWithEngine } = await import("../drift/engine-check.ts");
    return { ...measured, engine: await checkWithEngine(session, report) };
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    const known = new Set(report.errors.map(({ finding }) => finding.message));
    const errors = error.findings
      .filter(({ message }) => !known.has(message))
      .map((finding) => ({ finding, objects: [] }));
    return { ...measured, report: { ...report, errors: [...report.errors, ...errors] } };
  }
}

function exitCodeOf(measured: readonly EnvironmentDrift[]): number {
  const outcomes = measured.map(driftOutcome);
  if (outcomes.includes("error")) return exitCodes.terminal;
  return outcomes.includes("drift") ? exitCodes.differences : exitCodes.success;
}
