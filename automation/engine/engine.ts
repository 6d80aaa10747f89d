import { keptIdentities } from "../../core/cluster/identity.ts";
import { throwErrors } from "../../core/errors/error.ts";
import { namespaceOf } from "../../core/manifest/manifest.ts";
import { ownerOfUrn } from "../../core/plan/identity.ts";
import { actingInUpdate, previewActing } from "./acting.ts";
import {
  adoptedProgress,
  failureWithAdopted,
  nothingExists,
  requireAdoptable,
  withAdopted,
  type Existing,
} from "./adopted.ts";
import { examineCreates, terminatingFinding } from "./adoption.ts";
import { baselineKey, keepBaseline } from "./baseline.ts";
import { canBeRebuilt, stateUrns } from "./checkpoints.ts";
import { askAccount, lostClusters, presentClusters, refuseLost } from "./eks.ts";
import { deleteOrphans } from "./delete-orphans.ts";
import type { ClusterAccess } from "./foreign.ts";
import { endedInOrder, interruption, isFilled } from "./failures.ts";
import { Healing } from "./heal.ts";
import { keepRollbacks } from "./keep-rollbacks.ts";
import { forgetClusters } from "./forget.ts";
import { detached, urnsOfClusters, withLeftOut } from "./left-out.ts";
import { clusterRemains, nothingRemains, type ClusterRemains } from "./lost.ts";
import { findOwned, leftovers, stillOrphans, withOrphans, type Leftovers, type Orphan } from "./orphans.ts";
import { Chronicle } from "./chronicle.ts";
import { openRun, worthANote } from "./open-run.ts";
import { checkReach, reachClusters, requireSame } from "./reach.ts";
import { unfinishedRunOf } from "./read-state.ts";
import { recover, releaseLocks, type RecoveryInput } from "./recovery.ts";
import { disown, releasedObjects, retained, type ReleasedObject } from "./release.ts";
import { previewReplacements } from "./replacements.ts";
import { noOutcome, runEngine, type Operation, type Outcome } from "./run.ts";
import { RunFailed } from "./run-failed.ts";
import { RunLog } from "./run-record.ts";
import { waitForOlder } from "./older-run.ts";
import { prepareStack, restoreSettings } from "./stack.ts";
import { stackOutputs } from "./stack-outputs.ts";
import { exportState, importState, lastRun } from "./state.ts";
import { backUp } from "./state-files.ts";
import type {
  DestroyOptions,
  Engine,
  EngineOptions,
  LeftOutCluster,
  PreviewResult,
  RunOptions,
  RunProgress,
  StateExport,
  UpdateResult,
} from "./types.ts";
import { untilGone } from "./terminating.ts";
import { openWorkspace } from "./workspace.ts";
import { writeOpenRun } from "./write-open-run.ts";

/** How long an update waits for objects to go that are in the way of those that it creates. */
const terminatingSeconds = 60;

/** What a preview found. */
interface Previewed extends Pick<Outcome, "creates" | "urns" | "changes"> {
  readonly orphans: readonly Orphan[];
  /** Objects that would change. */
  readonly steps: number;
  /** URNs of objects that an update has to be told to replace. */
  readonly replace: readonly string[];
}

/** A deletion is about what the state holds; the program, which it runs too, still names what it would create. */
function ofState(outcome: Outcome, state: StateExport | undefined): Outcome {
  return { ...outcome, urns: new Set(stateUrns(state)) };
}

function toReleased({ change: { cluster }, object }: Orphan): ReleasedObject {
  const namespace = namespaceOf(object);
  const { apiVersion, kind, metadata } = object;
  return { cluster, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name: metadata.name };
}

/** What a state says of another cluster is worth nothing before it has been compared with that. */
function compares({ refresh, acceptClusters }: Pick<Operation, "refresh" | "acceptClusters">): boolean {
  return refresh === true || (acceptClusters !== undefined && acceptClusters.size > 0);
}

/** Opens the stack of an environment. A new one, and its passphrase, are created by the first preview or update. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const workspace = await openWorkspace(options);
  const { project, environment, clusters, continueOnError, env, reveal, signal, progress } = options;
  const context = { project, env, reveal, signal };
  const log = new RunLog(project, environment);
  const chronicle = new Chronicle(workspace, log);
  /** Which cluster each name stands for; filled in by the check before each run. */
  const identities = new Map<string, string>();
  /** Without the clusters that a run is still to make, and those that it leaves out. */
  let access: ClusterAccess = { clusters, context, identities };
  let leftOut: readonly LeftOutCluster[] = [];
  /** What the last preview found; unknown once an update has run. */
  let previewed: Previewed | undefined;
  const recovery: RecoveryInput = { workspace, log, clusters, context, progress };
  const healing = new Healing({ ...recovery, chronicle, environment, owners: options.owners });

  /** True while an update has to compare with the clusters: the last one did not end, here or on another machine. */
  const interrupted = async (state: StateExport | undefined): Promise<boolean> =>
    (await log.read()) !== undefined || openRun(state) !== undefined;

  const interruptible = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw signal?.aborted === true ? interruption(error) : error;
    }
  };

  /** What makes a run useless, found before it starts: clusters that do not answer, a state that cannot be read. */
  const check = async (accepted?: ReadonlySet<string>, strict = false): Promise<StateExport | undefined> => {
    const reached = presentClusters(clusters, env).then(async (present) => {
      if (!strict) return { present, ...(await reachClusters(present, context)) };
      return { present, live: await checkReach(present, context), gone: [] };
    });
    const [state, { present, live, gone }] = await interruptible(Promise.all([exportState(workspace), reached]));
    await interruptible(refuseLost(clusters, present, state, askAccount(env)));
    // What an update leaves out is what its preview did, and what has gone since.
    const known = previewed === undefined || strict ? [] : leftOut;
    leftOut = [...known, ...gone.filter(({ cluster }) => known.every((each) => each.cluster !== cluster))];
    const out = new Set(leftOut.map(({ cluster }) => cluster));
    const here = Object.fromEntries(Object.entries(present).filter(([name]) => !out.has(name)));
    const kept = keptIdentities(state?.deployment);
    for (const [name, uid] of requireSame(kept, live, Object.keys(here), accepted)) identities.set(name, uid);
    access = { clusters: here, context, identities };
    return state;
  };

  /** How an operation leaves clusters out. */
  const leaving = (state: StateExport | undefined): Pick<Operation, "leftOut" | "exclude"> => {
    const names = new Set(leftOut.map(({ cluster }) => cluster));
    return { leftOut: names, exclude: urnsOfClusters(state, names) };
  };

  const exportIfLeaving = async (): Promise<StateExport | undefined> =>
    leftOut.length === 0 ? undefined : exportState(workspace);

  /** What clusters that are left out hold cannot be told from what has to go. */
  const orphansOf = (left: Leftovers): Leftovers => (leftOut.length === 0 ? left : { ...left, orphans: [] });

  /** What an operation would do, and the deletion of what the clusters hold beyond it. */
  const withLeftovers = async (
    run: Promise<Outcome & { readonly replace?: readonly string[] }>,
    state: StateExport | undefined,
  ): Promise<Outcome> => {
    const [outcome, owned, noted] = await interruptible(Promise.all([run, findOwned(environment, access), log.read()]));
    const owners = [...options.owners, ...(noted?.owners ?? []), ...(openRun(state) ?? [])];
    const left = orphansOf(leftovers(owned, { urns: outcome.urns, owners }));
    if (noted !== undefined && left.unlisted.length > 0) {
      progress(`what the interrupted run left is not looked for among: ${left.unlisted.join(", ")}`);
    }
    previewed = {
      ...outcome,
      orphans: left.orphans,
      replace: outcome.replace ?? [],
      steps: outcome.changes.length,
    };
    return withOrphans(outcome, left);
  };

  const preview = async (run: RunOptions): Promise<PreviewResult> => {
    previewed = undefined;
    const state = await check(run.acceptClusters);
    await prepareStack(workspace, state);
    const out = leaving(state);
    const refresh = compares(run) || (await interrupted(state));
    const found = previewActing({ run, state, refresh }, (acting) =>
      previewReplacements(
        (exclude) => {
          // What is left out of a preview has to keep the provider that it has.
          const own = exclude.length === 0 ? acting : undefined;
          const all = [...(out.exclude ?? []), ...exclude];
          const operation: Operation = { kind: "preview", ...run, refresh, ...out, exclude: all, acting: own };
          return runEngine(workspace, operation, access);
        },
        (name) => run.replaceable?.has(name) === true,
      ),
    );
    const outcome = await withLeftovers(found, state);
    const existing = await interruptible(examineCreates(environment, outcome.creates, access));
    const result = withAdopted(outcome, existing);
    requireAdoptable(result, existing);
    return leftOut.length === 0 ? result : { ...result, leftOut };
  };

  /** Nothing is taken from another environment, or waited for in vain, without having looked. */
  const guard = async ({ digest, policy, refresh }: Operation, state: StateExport | undefined): Promise<Existing> => {
    if (previewed === undefined) {
      const operation: Operation = { kind: "preview", digest, policy, refresh, ...leaving(state) };
      await withLeftovers(runEngine(workspace, operation, access), state);
    }
    const existing = await interruptible(examineCreates(environment, previewed?.creates ?? [], access));
    throwErrors(existing.findings);
    if (existing.terminating.length > 0) progress("waiting for objects that are still being deleted");
    await interruptible(untilGone(existing.terminating, access, terminatingSeconds, terminatingFinding));
    return existing;
  };

  /**
   * True if the state need not be written after every step. What an update will create is known from its preview only; a
   * deletion creates nothing. In a backend that others use too, the state has to say that a run is open.
   */
  const mayWriteOnce = (kind: Operation["kind"], state: StateExport | undefined): boolean => {
    if (previewed === undefined || (!workspace.backend.own && previewed.steps < worthANote)) return false;
    return canBeRebuilt([...(kind === "destroy" ? [] : previewed.urns), ...stateUrns(state)]);
  };

  /** Deletes those orphans that the preview has shown and that still are some. */
  const clean = async (asked: Operation, result: Outcome, shown: readonly Orphan[]): Promise<Outcome> => {
    const orphans = stillOrphans(shown, result.urns);
    const onProgress = (step: RunProgress): void => asked.onProgress?.(step);
    const failures = await deleteOrphans({ environment, orphans, access, onProgress });
    if (isFilled(failures)) throw new RunFailed(failures, result);
    return withOrphans(result, { orphans, strangers: [], unlisted: [] });
  };

  /** Makes the engine forget objects where it would delete them; orphans it does not know. */
  const letGo = async (names: ReadonlySet<string>, orphans: readonly Orphan[]): Promise<readonly ReleasedObject[]> => {
    const unknown = orphans.filter(({ resourceName }) => names.has(resourceName)).map(toReleased);
    const state = names.size === unknown.length ? undefined : await exportState(workspace);
    if (state === undefined) return unknown;
    await importState(workspace, { ...state, deployment: retained(state.deployment, names) });
    return [...unknown, ...releasedObjects(state.deployment, names)];
  };

  /** An operation that writes: recovered before, noted while it runs, its lock gone afterwards. */
  const change = async (
    asked: Operation & Pick<RunOptions, "note">,
    release: ReadonlySet<string> = new Set(),
  ): Promise<UpdateResult> => {
    const [state, noted] = [await check(asked.acceptClusters, asked.kind === "destroy"), await log.read()];
    const { orphans: shown = [], replace = [] } = previewed ?? {};
    const orphans = shown.filter(({ resourceName }) => !release.has(resourceName));
    const destroys = asked.kind === "destroy";
    if (state === undefined && destroys) return clean(asked, noOutcome, orphans);
    const message = chronicle.messageOf(asked.note, state, noted);
    await prepareStack(workspace, state);
    await recover(recovery);
    const before = await interrupted(state);
    const compared = { ...asked, ...leaving(state), continueOnError, refresh: compares(asked) || before };
    const existing = asked.kind === "up" ? await guard(compared, state) : nothingExists;
    const owners = [...options.owners, ...[...(previewed?.urns ?? [])].flatMap((urn) => ownerOfUrn(urn) ?? [])];
    const acting = actingInUpdate(compared, previewed?.changes, state);
    const writeOnce = mayWriteOnce(asked.kind, state);
    const onProgress = (step: RunProgress): void => asked.onProgress?.(adoptedProgress(step, existing));
    const operation = { ...compared, message, replace, writeOnce, owners, acting, onProgress };
    previewed = undefined;
    if (workspace.files !== undefined) await backUp(workspace.files);
    if (operation.writeOnce && !workspace.backend.own)
      await writeOpenRun(workspace, await exportState(workspace), owners);
    const released = await letGo(release, shown);
    const loose = detached(await exportIfLeaving(), new Set(leftOut.map(({ cluster }) => cluster)));
    if (loose !== undefined) await importState(workspace, loose);
    try {
      const done = await runEngine(workspace, operation, access, log);
      const known = destroys ? ofState(done, state) : withAdopted(done, existing);
      const result = await clean(asked, known, orphans);
      // What an interrupted run did to clusters that are left out is still to be compared with them.
      if (!before || leftOut.length === 0) await log.end();
      else if (!workspace.backend.own) await writeOpenRun(workspace, await exportState(workspace), owners);
      await interruptible(disown(released, access));
      return leftOut.length === 0 ? result : { ...result, leftOut };
    } catch (error) {
      if (!endedInOrder(error)) await releaseLocks(recovery);
      // What the run before left open has not been compared with the clusters yet.
      else if (!before) await log.end();
      throw withLeftOut(failureWithAdopted(error, existing), leftOut);
    }
  };

  return {
    recover: async (revision) => {
      if (revision !== undefined) await interruptible(waitForOlder(log, revision, { progress, signal }));
      return recover(recovery);
    },
    preview: (run) =>
      preview(run).catch((error: unknown) => {
        throw withLeftOut(error, leftOut);
      }),
    remains: (names) => {
      const wanted = Object.fromEntries(Object.entries(clusters).filter(([name]) => names.has(name)));
      const find = async (): Promise<readonly ClusterRemains[]> => {
        const present = await presentClusters(wanted, env);
        const [state, live] = await Promise.all([exportState(workspace), checkReach(present, context)]);
        const absent = Object.keys(wanted).filter((name) => !Object.hasOwn(present, name));
        const lost = await lostClusters(wanted, present, state, askAccount(env));
        return [
          ...(await clusterRemains(environment, state, live, { clusters: present, context })),
          ...nothingRemains(state, absent, lost),
        ];
      };
      return interruptible(find());
    },
    forget: (lost) => forgetClusters(workspace, lost),
    heal: (run) => interruptible(healing.heal(run)),
    previewHeal: (run) => interruptible(healing.preview(run)),
    up: ({ release, ...run }) => change({ kind: "up", ...run }, release),
    destroy: async ({ preview: only, release, ...run }: DestroyOptions) => {
      if (only !== true) return change({ kind: "destroy", ...run }, release);
      const state = await check();
      if (state === undefined) return withLeftovers(Promise.resolve(noOutcome), state);
      await restoreSettings(workspace, state);
      const outcome = runEngine(workspace, { kind: "preview-destroy", ...run }, access);
      return withLeftovers(
        outcome.then((found) => ofState(found, state)),
        state,
      );
    },
    outputs: async () => stackOutputs(await exportState(workspace)),
    identities: () => identities,
    lastRun: () => lastRun(workspace),
    history: () => chronicle.records(),
    noteFailure: (reasons) => chronicle.noteFailure(reasons),
    unfinished: () => unfinishedRunOf(project, environment),
    exportState: () => exportState(workspace),
    keepBaseline: (kept) => keepBaseline(workspace, kept),
    keepRollbacks: (pending) => keepRollbacks(workspace, pending),
    baselineKey: () => baselineKey(workspace),
  };
}
