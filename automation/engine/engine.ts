import { record } from "../../core/manifest/json.ts";
import { endedInOrder, interruption } from "./failures.ts";
import { checkReach } from "./reach.ts";
import { recover, releaseLocks, type RecoveryInput } from "./recovery.ts";
import { runEngine, type Operation } from "./run.ts";
import { processAtWork, RunLog } from "./run-record.ts";
import { exportState, lastRun, stackOutputs } from "./state.ts";
import { backUp } from "./state-files.ts";
import type { DestroyOptions, Engine, EngineOptions, PreviewResult, RunOptions, UpdateResult } from "./types.ts";
import { openWorkspace } from "./workspace.ts";

/** Opens the stack of an environment: creates it, and its passphrase, if it is new. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const workspace = await openWorkspace(options);
  const { project, environment, clusters, env, signal, progress } = options;
  const context = { project, env, signal };
  const log = new RunLog(project, environment);
  const recovery: RecoveryInput = { workspace, log, clusters, context, progress };

  /** True while an update has to compare with the clusters: the last one did not end. */
  const interrupted = async (): Promise<boolean> => (await log.read()) !== undefined;

  /** What makes a run useless, found before it starts: a cluster that does not answer, a state that cannot be read. */
  const check = async (): Promise<void> => {
    try {
      await Promise.all([checkReach(clusters, context), exportState(workspace)]);
    } catch (error) {
      throw signal?.aborted === true ? interruption(error) : error;
    }
  };

  const preview = async (run: RunOptions): Promise<PreviewResult> => {
    await check();
    const refresh = run.refresh === true || (await interrupted());
    return runEngine(workspace, { kind: "preview", ...run, refresh }, signal);
  };

  /** An operation that writes: recovered before, noted while it runs, its lock gone afterwards. */
  const change = async (operation: Operation): Promise<UpdateResult> => {
    await check();
    await recover(recovery);
    const before = await interrupted();
    if (workspace.files !== undefined) await backUp(workspace.files);
    try {
      const result = await runEngine(
        workspace,
        { ...operation, refresh: operation.refresh === true || before },
        signal,
        log,
      );
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
    recover: () => recover(recovery),
    preview,
    up: (run) => change({ kind: "up", ...run }),
    destroy: ({ preview: only, ...run }: DestroyOptions) =>
      only === true
        ? runEngine(workspace, { kind: "preview-destroy", ...run }, signal)
        : change({ kind: "destroy", ...run }),
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
