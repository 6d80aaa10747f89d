import { setTimeout as sleep } from "node:timers/promises";
import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import type { Deployer } from "../core/plan/deployer.ts";
import { builtInChecks, type HealthChecks } from "../core/health/health.ts";
import { ApiServer } from "./api-server.ts";
import { untilLetIn } from "./deployer.ts";
import { removeHook, runHook, type HookAccess, type HookTask } from "./hooks.ts";
import type { WaitOptions } from "./wait.ts";
import { ClusterWatch, type HealthWaitOptions, type Unhealthy, type WaitTarget } from "./watch.ts";

/** What gates, hooks and deletions need of the clusters. */
export interface Delivery {
  /** Waits until all targets are healthy at the same time; returns those that are not, see `ClusterWatch`. */
  untilHealthy(targets: readonly WaitTarget[], options: HealthWaitOptions): Promise<readonly Unhealthy[]>;
  /** Waits until none of the targets is there; returns the resource names of those that still are. */
  untilGone(targets: readonly WaitTarget[], options: WaitOptions): Promise<readonly string[]>;
  /** Waits until clusters give a deployer its rights. Throws DEPLOYER_DENIED. */
  untilLetIn(clusters: readonly string[], deployer: Deployer): Promise<void>;
  /** Lets some time pass; the signal ends that with its reason. */
  pause(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Runs a hook to its end. Throws HOOK_FAILED. */
  runHook(hook: HookTask, options: HealthWaitOptions): Promise<void>;
  /** Removes what a hook has left. Throws HOOK_FAILED. */
  removeHook(hook: HookTask, options: WaitOptions): Promise<void>;
}

type Servers = ReadonlyMap<string, ApiServer>;
type Opened = ReadonlyMap<string, PromiseSettledResult<ApiServer>>;

/** How long watches outlive the last wait: the next one, of the next wave, goes on with them. Milliseconds. */
const lingerMs = 300;

/**
 * Waits on the clusters of an environment. Nothing is opened before the first wait, and watches end soon after the
 * last one: while they are open, the program does not end.
 */
export class ClusterDelivery implements Delivery {
  readonly #clusters: ReadonlyMap<string, ClusterSpec>;
  readonly #context: KubeconfigContext;
  readonly #checks: HealthChecks;
  #opened: Promise<Opened> | undefined;
  #watch: ClusterWatch | undefined;
  #waits = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    clusters: ReadonlyMap<string, ClusterSpec>,
    context: KubeconfigContext,
    checks: HealthChecks = builtInChecks,
  ) {
    this.#clusters = clusters;
    this.#context = context;
    this.#checks = checks;
  }

  async untilHealthy(targets: readonly WaitTarget[], options: HealthWaitOptions): Promise<readonly Unhealthy[]> {
    if (targets.length === 0) return [];
    return this.#using(targets, (watch) => watch.untilHealthy(targets, options));
  }

  /** A cluster that the environment no longer names is not asked. */
  async untilGone(targets: readonly WaitTarget[], options: WaitOptions): Promise<readonly string[]> {
    const known = targets.filter(({ cluster }) => this.#clusters.has(cluster));
    return known.length === 0 ? [] : this.#using(known, (watch) => watch.untilGone(known, options));
  }

  async untilLetIn(clusters: readonly string[], deployer: Deployer): Promise<void> {
    await Promise.all(
      clusters.map(async (cluster) => untilLetIn(await this.#openAs(cluster, deployer.user), deployer)),
    );
  }

  async pause(seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await sleep(seconds * 1_000, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  }

  async runHook(hook: HookTask, options: HealthWaitOptions): Promise<void> {
    await this.#withHook(hook, (access) => runHook(hook, { ...options, ...access }));
  }

  /** A cluster that the environment no longer names is not asked. */
  async removeHook(hook: HookTask, options: WaitOptions): Promise<void> {
    if (!this.#clusters.has(hook.cluster)) return;
    await this.#withHook(hook, (access) => removeHook(hook, { ...options, ...access }));
  }

  #withHook(hook: HookTask, work: (access: Pick<HookAccess, "server" | "watch">) => Promise<void>): Promise<void> {
    return this.#using([hook], async (watch) => {
      await work({ server: await this.#openAs(hook.cluster, hook.deployer), watch });
    });
  }

  #openAs(cluster: string, user: string | undefined): Promise<ApiServer> {
    const spec = this.#clusters.get(cluster);
    if (spec === undefined) throw new Error(`no access to the cluster "${cluster}"`);
    return ApiServer.open(cluster, spec, { ...this.#context, as: user });
  }

  async #using<Result>(
    targets: readonly Pick<WaitTarget, "cluster">[],
    work: (watch: ClusterWatch) => Promise<Result>,
  ): Promise<Result> {
    // Counted before anything is waited for: what one still needs is not closed behind it.
    this.#waits += 1;
    clearTimeout(this.#idle);
    try {
      this.#opened ??= this.#open();
      const servers = reached(await this.#opened, targets);
      this.#watch ??= new ClusterWatch(servers, this.#checks);
      return await work(this.#watch);
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.#idle = setTimeout(() => this.#close(), lingerMs).unref();
    }
  }

  #close(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  async #open(): Promise<Opened> {
    const clusters = [...this.#clusters];
    const opened = await Promise.allSettled(clusters.map(([name, spec]) => ApiServer.open(name, spec, this.#context)));
    return new Map(opened.map((server, at) => [clusters[at]?.[0] ?? "", server]));
  }
}

/** The clusters that can be reached. Throws why one cannot that a target is on; the others do not matter to it. */
function reached(opened: Opened, targets: readonly Pick<WaitTarget, "cluster">[]): Servers {
  for (const { cluster } of targets) {
    const server = opened.get(cluster);
    if (server?.status === "rejected") throw server.reason;
  }
  const servers = [...opened].flatMap(([name, server]) =>
    server.status === "fulfilled" ? [[name, server.value] as const] : [],
  );
  return new Map(servers);
}
