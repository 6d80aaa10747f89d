import { keptIdentities } from "../../core/cluster/identity.ts";
import { failure, throwErrors } from "../../core/errors/error.ts";
import { objectOfUrn, parseResourceName, parseUrn } from "../../core/plan/identity.ts";
import { actingForTargets } from "./acting.ts";
import type { Chronicle } from "./chronicle.ts";
import { canBeRebuilt, stateUrns } from "./checkpoints.ts";
import { deleteOrphans } from "./delete-orphans.ts";
import { endedInOrder, isFilled } from "./failures.ts";
import type { ClusterAccess } from "./foreign.ts";
import { findOwned, leftovers, withOrphans, type Leftovers } from "./orphans.ts";
import { checkReach, requireSame } from "./reach.ts";
import { recover, releaseLocks, type RecoveryInput } from "./recovery.ts";
import { previewReplacements } from "./replacements.ts";
import { noOutcome, runEngine, type Operation } from "./run.ts";
import { RunFailed } from "./run-failed.ts";
import { restoreSettings } from "./stack.ts";
import { exportState } from "./state.ts";
import { backUp } from "./state-files.ts";
import type { HealOptions, StateExport, UpdateResult } from "./types.ts";

/** What healing works with beside what a recovery does. */
export interface HealingInput extends RecoveryInput {
  readonly chronicle: Chronicle;
  readonly environment: string;
  readonly owners: readonly string[];
}

/** Puts back what has drifted, see `Engine.heal`. */
export class Healing {
  readonly #input: HealingInput;
  /** URNs of objects that the last preview has to have replaced. */
  #replace: readonly string[] = [];

  constructor(input: HealingInput) {
    this.#input = input;
  }

  /** Only finds out what `heal` would do. */
  async preview(options: HealOptions): Promise<UpdateResult> {
    const { state, access, left } = await this.#begin(options);
    const target = urnsOf(state, options.targets);
    if (target.length === 0) return withOrphans(noOutcome, left);
    const found = await previewReplacements(
      (exclude) => {
        const rest = target.filter((urn) => !exclude.includes(urn));
        const acting = actingForTargets(options.deployed, state, target);
        const operation: Operation = { kind: "preview", ...options, ...always, target: rest, acting };
        return rest.length === 0 ? Promise.resolve(noOutcome) : runEngine(this.#input.workspace, operation, access);
      },
      (name) => options.replaceable?.has(name) === true,
    );
    this.#replace = found.replace;
    return withOrphans(found, left);
  }

  /** Heals. */
  async heal(options: HealOptions): Promise<UpdateResult> {
    const { workspace, log, environment, owners } = this.#input;
    const { state, access, left } = await this.#begin(options);
    const target = urnsOf(state, options.targets);
    const replace = this.#replace.filter((urn) => target.includes(urn));
    const writeOnce = workspace.backend.own && canBeRebuilt(stateUrns(state));
    const message = this.#input.chronicle.messageOf(options.note, state, undefined);
    const acting = actingForTargets(options.deployed, state, target);
    const common = { ...options, ...always, message, target, replace, writeOnce, owners };
    const operation: Operation = { kind: "up", ...common, acting };
    if (workspace.files !== undefined) await backUp(workspace.files);
    try {
      const done = target.length === 0 ? noOutcome : await runEngine(workspace, operation, access, log);
      const failures = await deleteOrphans({ environment, orphans: left.orphans, access });
      if (isFilled(failures)) throw new RunFailed(failures, done);
      if (target.length === 0 && options.note !== undefined) await this.#input.chronicle.noteAside(options.note);
      await log.end();
      return withOrphans(done, left);
    } catch (error) {
      if (!endedInOrder(error)) await releaseLocks(this.#input);
      else await log.end();
      throw error;
    }
  }

  async #begin(options: HealOptions): Promise<Begun> {
    const { workspace, clusters, context, environment } = this.#input;
    const wanted = new Set([...options.targets, ...options.orphans].map((name) => parseResourceName(name)?.cluster));
    const reached = Object.fromEntries(Object.entries(clusters).filter(([name]) => wanted.has(name)));
    const [live, { interrupted }] = await Promise.all([checkReach(reached, context), recover(this.#input)]);
    const state = await exportState(workspace);
    if (state === undefined || interrupted) throw unfinished(environment);
    const identities = requireSame(keptIdentities(state.deployment), live, Object.keys(reached));
    await restoreSettings(workspace, state);
    const access = { clusters: reached, context, identities };
    return { state, access, left: await orphansOf(this.#input, options, state) };
  }
}

/** What is healed is compared with its cluster; and it is ours to set, as all of it was ours when it was last applied. */
const always = { refresh: true, force: true } as const;

interface Begun {
  readonly state: StateExport;
  /** The clusters of what is healed: another one need not answer. */
  readonly access: ClusterAccess;
  readonly left: Leftovers;
}

/** Of what the clusters hold beyond the state, only what was asked about. */
async function orphansOf(
  { environment, owners, clusters, context }: HealingInput,
  { orphans }: HealOptions,
  state: StateExport,
): Promise<Leftovers> {
  if (orphans.size === 0) return { orphans: [], strangers: [], unlisted: [] };
  const concerned = new Set([...orphans].map((name) => parseResourceName(name)?.cluster));
  const reached = Object.fromEntries(Object.entries(clusters).filter(([name]) => concerned.has(name)));
  const owned = await findOwned(environment, { clusters: reached, context });
  const found = leftovers(owned, { urns: stateUrns(state), owners });
  return {
    orphans: found.orphans.filter(({ resourceName }) => orphans.has(resourceName)),
    strangers: [],
    unlisted: [],
  };
}

function urnsOf(state: StateExport, names: ReadonlySet<string>): readonly string[] {
  const urns = stateUrns(state).filter((urn) => objectOfUrn(urn) !== undefined && names.has(parseUrn(urn)?.name ?? ""));
  const known = new Set(urns.map((urn) => parseUrn(urn)?.name));
  throwErrors(
    [...names]
      .filter((name) => !known.has(name))
      .map((name) => ({
        code: "BASELINE_STALE" as const,
        severity: "error" as const,
        message: `The state does not hold ${name} any more.`,
        fix: "Measure the drift again.",
      })),
  );
  return urns;
}

function unfinished(environment: string): Error {
  return failure(
    "BASELINE_STALE",
    `The last run of "${environment}" did not end: what it has changed cannot be told from drift.`,
    `Run driftless up ${environment}, which goes on where it ended.`,
  );
}
