import { mkdtemp } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../../core/exec/run.ts";
import { deleteCluster, startCluster, type LocalCluster } from "../../toolchain/local-cluster/cluster.ts";
import type { AuditLevel } from "../../toolchain/local-cluster/settings.ts";
import { ensureTools, toolGroups } from "../../toolchain/toolchain.ts";

/** A real API server for one test file, with kubectl at hand. */
export interface TestCluster extends LocalCluster {
  /** Runs kubectl, which must succeed; returns what it printed, trimmed. */
  kubectl(...args: string[]): Promise<string>;
  /** Starts those of its programs that do not run. */
  start(): Promise<void>;
  /** Stops it and removes all of it. */
  remove(): Promise<void>;
}

/**
 * Starts a local control plane in a temporary folder, which keeps an audit log in `audit.log` of it if `audit` says so,
 * and which asks a service at `tokenReview` who tokens are of that it does not know.
 *
 * Pods are ready at once, and those of Jobs complete, unless an annotation of the pod (of the pod template) has them
 * play something else (`toolchain/local-cluster/plays.yaml`): `test.driftless.dev/play: <play>` with
 * - `late`: runs unready and gets ready after `test.driftless.dev/delay` (default 3s); a Job's pod then completes;
 * - `unready`: runs and never gets ready, with an event of its readiness probe;
 * - `crash`, `oom`, `init-crash`: CrashLoopBackOff after 3 restarts, exit code `test.driftless.dev/exit-code`
 *   (default "1"; `oom` 137); `init-crash` needs an init container;
 * - `image-pull`, `config`: ImagePullBackOff, CreateContainerConfigError; `pending`: ContainerCreating for good;
 * - `fail`: ends as failed: for Jobs only, a ReplicaSet would make pods without end;
 * - `hang`: runs and never completes: for Jobs.
 *
 * A pod that no node takes: give it a `nodeSelector` that nothing has. Claims get volumes: of the default class
 * `local` with their first pod, of `local-immediate` at once. Pods have no logs.
 */
export async function startTestCluster(name: string, audit?: AuditLevel, tokenReview?: string): Promise<TestCluster> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");
  const tools = await ensureTools(toolGroups.cluster, {
    cache,
    env: process.env,
    progress: (line) => console.error(line),
  });
  const folder = await mkdtemp(join(tmpdir(), "driftless-cluster-"));
  const request = { folder, name, tools, progress: () => undefined, audit, tokenReview };
  const cluster = await startCluster(request);
  const file = tools.get("kubectl")?.path ?? "kubectl";
  const env = { KUBECONFIG: cluster.kubeconfig, HOME: folder };
  return {
    ...cluster,
    kubectl: async (...args) => {
      const output = await runProgram({ file, args, env, timeoutMs: 60_000, maxOutputBytes: 20_000_000 });
      return output.stdout.toString("utf8").trim();
    },
    start: async () => void (await startCluster(request)),
    remove: () => deleteCluster(folder),
  };
}
