import type { IgnoreRule } from "../../core/drift/ignore.ts";
import { withOnset } from "../../core/drift/onset.ts";
import { isDrift, outcomeOf, type DriftError } from "../../core/drift/report.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { isList } from "../../core/manifest/json.ts";
import { rollbacksOutput } from "../../core/rollback/output.ts";
import type { PendingRollback } from "../../core/rollback/pending.ts";
import { applicationOf, parseResourceName } from "../../core/plan/identity.ts";
import { openRun } from "../engine/open-run.ts";
import { readStateFile, unfinishedRunOf } from "../engine/read-state.ts";
import { stackOutputs } from "../engine/stack-outputs.ts";
import type { Engine } from "../engine/types.ts";
import { engineOf } from "../engine-work.ts";
import type { Session } from "../session.ts";
import type { Audited, AuditRead } from "./audit.ts";
import { DriftMemoryFile } from "./memory.ts";
import { measureDrift, type MeasureInput, type Measured } from "./measure.ts";
import { clusterContext, stateContext } from "../cluster-access.ts";

/** What was measured, and when. */
export interface DatedMeasure extends Measured {
  /** ISO 8601, UTC. */
  readonly measuredAt: string;
  /** What the audit logs of clusters were good for, where some were asked. */
  readonly audits?: readonly AuditRead[];
  /** Rollbacks that Git does not say yet; absent where there are none. */
  readonly rollbacks?: readonly PendingRollback[];
}

/**
 * Measures the drift of an environment as the command line does: the engine is asked only where nobody else knows. Notes
 * since when what has drifted has done so.
 */
export async function environmentDrift(session: Session, loaded: LoadedEnvironment): Promise<DatedMeasure> {
  const input = await driftInput(session, loaded);
  session.progress.detail(`reading the clusters of ${input.spec.name}`);
  const { measured, audits } = await withAudits(session, input, await measureDrift(input));
  const dated = await rememberOnsets(session, measured);
  const rollbacks = await rollbacksOf(session, input);
  return {
    ...dated,
    ...(audits === undefined ? {} : { audits }),
    ...(rollbacks.length === 0 ? {} : { rollbacks }),
  };
}

/** Most environments have none; what tells them is loaded for the others. */
async function rollbacksOf(session: Session, { spec, state }: MeasureInput): Promise<readonly PendingRollback[]> {
  const kept = stackOutputs(state)[rollbacksOutput];
  if (kept === undefined || (isList(kept) && kept.length === 0)) return [];
  const { openRollbacks } = await import("../rollback/pending.ts");
  return openRollbacks(session, spec.name, state);
}

/** Most environments have no audit log, and most looks find nothing to ask it. */
async function withAudits(
  { progress }: Session,
  { spec, context }: MeasureInput,
  measured: Measured,
): Promise<Audited> {
  const drifted = measured.report.objects.filter(({ verdict }) => isDrift(verdict));
  if (!drifted.some(({ cluster }) => spec.clusters[cluster]?.audit !== undefined)) return { measured };
  progress.detail(`reading the audit logs of ${spec.name}`);
  const { withActors } = await import("./audit.ts");
  return withActors(spec, measured, context);
}

/** What the drift of an environment is measured of: its document and its state as they are now. */
export async function driftInput(session: Session, loaded: LoadedEnvironment): Promise<MeasureInput> {
  const { progress } = session;
  const { spec, errors: unread } = await specOf(session, loaded);
  let opened: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => (opened ??= engineOf(session, spec));
  progress.detail(`reading the state of ${spec.name}`);
  const { state, stateIs, errors } = await readState(session, spec, engine);
  return {
    spec,
    state,
    stateIs,
    context: { ...clusterContext(session, spec.name), ...stateContext(state) },
    rules: (owner) => rulesOf(spec, owner),
    secretKey: async () => (await engine()).baselineKey(),
    errors: [...unread, ...errors],
  };
}

/** What was measured with the onset of everything that has drifted, which is remembered for the next time. */
export async function rememberOnsets(session: Session, measured: Measured): Promise<DatedMeasure> {
  const { report, resources, baseline, unlisted } = measured;
  const now = session.io.now().toISOString();
  const inState = new Set(resources.map(({ resourceName }) => resourceName));
  const missed = (resourceName: string): boolean => {
    const cluster = parseResourceName(resourceName)?.cluster ?? "";
    const unread = report.errors.some((error) => error.cluster === undefined || error.cluster === cluster);
    return !inState.has(resourceName) && (unread || unlisted.some((kind) => kind.endsWith(` on ${cluster}`)));
  };
  let dated = report;
  await new DriftMemoryFile(session, report.environment).update((memory) => {
    const found = withOnset(report, { known: memory.onsets, baseline, now, missed });
    dated = found.report;
    return {
      ...memory,
      onsets: found.onsets,
      measured: { at: now, outcome: outcomeOf(report), counts: report.counts },
    };
  });
  return { ...measured, report: dated, measuredAt: now };
}

interface SpecAndErrors {
  readonly spec: EnvironmentSpec;
  readonly errors: readonly DriftError[];
}

/** Only the source knows which applications sets make of its folders, and so what is ignored of them. */
async function specOf(session: Session, loaded: LoadedEnvironment): Promise<SpecAndErrors> {
  if (loaded.waiting.length === 0) return { spec: loaded.spec, errors: [] };
  try {
    const { withFolders } = await import("../folder-sets.ts");
    return { spec: (await withFolders(session, loaded)).spec, errors: [] };
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    return { spec: loaded.spec, errors: error.findings.map(toError) };
  }
}

/** Rules of `drift.ignore` for what an owner has. */
export function rulesOf({ applications, drift }: EnvironmentSpec, owner: string): readonly IgnoreRule[] {
  const name = applicationOf(owner);
  return (name === undefined ? undefined : applications[name]?.drift.ignore) ?? drift.ignore;
}

interface StateOrErrors extends Pick<MeasureInput, "state"> {
  readonly stateIs: NonNullable<MeasureInput["stateIs"]>;
  readonly errors: readonly DriftError[];
}

async function readState(
  session: Session,
  spec: EnvironmentSpec,
  engine: () => Promise<Engine>,
): Promise<StateOrErrors> {
  const { io, project } = session;
  try {
    const file = await readStateFile(project, spec.name, io.env);
    const state = file === undefined ? await (await engine()).exportState() : file.state;
    const unfinished = await unfinishedRunOf(project, spec.name);
    const open = unfinished ?? (openRun(state) === undefined ? undefined : "interrupted");
    if (open === undefined) return { state, stateIs: "read", errors: [] };
    return { state, stateIs: "behind", errors: [toError(unfinishedFinding(spec.name, open))] };
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    return { state: undefined, stateIs: "unread", errors: error.findings.map(toError) };
  }
}

function toError(finding: Finding): DriftError {
  return { finding, objects: [] };
}

/** Why nothing that changes can be told from drift at the moment. */
export function unfinishedFinding(environment: string, unfinished: "running" | "interrupted"): Finding {
  return unfinished === "running"
    ? errorFinding(
        "LOCKED",
        `A run of "${environment}" is at work: what it changes cannot be told from drift.`,
        "Wait until it has ended, and run it again.",
      )
    : errorFinding(
        "BASELINE_STALE",
        `The last run of "${environment}" was interrupted: what it changed cannot be told from drift.`,
        `Run driftless up ${environment}, which goes on where it ended.`,
      );
}
