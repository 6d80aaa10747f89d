import { record } from "../../core/manifest/json.ts";
import { noCounts } from "../../core/plan/change.ts";
import type { TouchedObject } from "./events.ts";
import { endedInOrder, interruption } from "./failures.ts";
import { refuseForeign } from "./foreign.ts";
import { checkReach } from "./reach.ts";
import { recover, releaseLocks, type RecoveryInput } from "./recovery.ts";
import { runEngine, type Operation } from "./run.ts";
import { processAtWork, RunLog } from "./run-record.ts";
import { waitForOlder } from "./older-run.ts";
import { prepareStack, restoreSettings } from "./stack.ts";
import { exportState, lastRun, stackOutputs } from "./state.ts";
import { backUp } from "./state-files.ts";
import type {
  DestroyOptions,
  Engine,
  EngineOptions,
  PreviewResult,
  RunOptions,
  StateExport,
  UpdateResult,
} from "./types.ts";
import { openWorkspace } from "./workspace.ts";

/** What is done to a stack that is not there. */
const nothing: UpdateResult = {
  changes: [],
  counts: noCounts(),
  hooks: [],
  waits: [],
  violations: [],
  diagnostics: [],
  packs: {},
  outputs: {},
  seconds: 0,
  finished: new Set(),
};

/** Opens the stack of an environment. A new one, and its passphrase, are created by the first preview or update. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const workspace = await openWorkspace(options);
  const { project, environment, clusters, continueOnError, env, signal, progress } = options;
  const context = { project, env, signal };
  const log = new RunLog(project, environment);
  const access = { clusters, context };
  /** What the last preview would create; unknown once an update has run. */
  let creates: readonly TouchedObject[] | undefined;
  const recovery: RecoveryInput = { workspace, log, clusters, context, progress };

  /** True while an update has to compare with the clusters: the last one did not end. */
  const interrupted = async (): Promise<boolean> => (await log.read()) !== undefined;

  const interruptible = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw signal?.aborted === true ? interruption(error) : error;
    }
  };

  /** What makes a run useless, found before it starts: a cluster that does not answer, a state that cannot be read. */
  const check = async (): Promise<StateExport | undefined> => {
    const [state] = await interruptible(Promise.all([exportState(workspace), checkReach(clusters, context)]));
    return state;
  };

  const preview = async (run: RunOptions): Promise<PreviewResult> => {
    await prepareStack(workspace, await check());
    const refresh = run.refresh === true || (await interrupted());
    const outcome = await runEngine(workspace, { kind: "preview", ...run, refresh }, access);
    await interruptible(refuseForeign(environment, outcome.creates, access));
    creates = outcome.creates;
    return outcome;
  };

  /** Nothing is taken from another environment: by force, which a refresh means, not without having looked. */
  const guard = async ({ digest, policy, refresh }: Operation): Promise<void> => {
    if (creates === undefined && refresh === true) {
      creates = (await runEngine(workspace, { kind: "preview", digest, policy, refresh }, access)).creates;
    }
    await interruptible(refuseForeign(environment, creates ?? [], access));
    creates = undefined;
  };

  /** An operation that writes: recovered before, noted while it runs, its lock gone afterwards. */
  const change = async (asked: Operation): Promise<UpdateResult> => {
    const state = await check();
    if (state === undefined && asked.kind === "destroy") return nothing;
    await prepareStack(workspace, state);
    await recover(recovery);
    const before = await interrupted();
    const operation = { ...asked, continueOnError, refresh: asked.refresh === true || before };
    if (operation.kind === "up") await guard(operation);
    if (workspace.files !== undefined) await backUp(workspace.files);
    try {
      const result = await runEngine(workspace, operation, access, log);
      await log.end();
      return result;
    } catch (error) {
      if (!endedInOrder(error)) await releaseLocks(recovery);
      // What the run before left open has not been compared with the clusters yet.
      else if (!before) await log.end();
      throw error;
    }
  };

  return {
    recover: async (revision) => {
      if (revision !== undefined) await interruptible(waitForOlder(log, revision, { progress, signal }));
      return recover(recovery);
    },
    preview,
    up: (run) => change({ kind: "up", ...run }),
    destroy: async ({ preview: only, ...run }: DestroyOptions) => {
      if (only !== true) return change({ kind: "destroy", ...run });
      const state = await exportState(workspace);
      if (state === undefined) return nothing;
      await restoreSettings(workspace, state);
      return runEngine(workspace, { kind: "preview-destroy", ...run }, access);
    },
    outputs: async () => record(stackOutputs(await exportState(workspace))),
    lastRun: () => lastRun(workspace),
    unfinished: async () => {
      const noted = await log.read();
      if (noted === undefined) return undefined;
      return (await processAtWork(noted)) === undefined ? "interrupted" : "running";
    },
    exportState: () => exportState(workspace),
  };
}
