import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { builtInChecks, type HealthChecks } from "../core/health/health.ts";
import { ApiServer } from "./api-server.ts";
import { ClusterWatch, type HealthWaitOptions, type Unhealthy, type WaitTarget } from "./watch.ts";

/** What gates, hooks and deletions need of the clusters. */
export interface Delivery {
  /** Waits until all targets are healthy at the same time; returns those that are not, see `ClusterWatch`. */
  untilHealthy(targets: readonly WaitTarget[], options: HealthWaitOptions): Promise<readonly Unhealthy[]>;
  /** Waits until none of the targets is there; returns the resource names of those that still are. */
  untilGone(targets: readonly WaitTarget[], options: { readonly timeoutSeconds: number }): Promise<readonly string[]>;
}

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
  #servers: Promise<ReadonlyMap<string, PromiseSettledResult<ApiServer>>> | undefined;
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
    return this.#using(targets, (watch) => watch.untilHealthy(targets, options));
  }

  /** A cluster that the environment no longer names is not asked. */
  async untilGone(
    targets: readonly WaitTarget[],
    options: { readonly timeoutSeconds: number },
  ): Promise<readonly string[]> {
    const known = targets.filter(({ cluster }) => this.#clusters.has(cluster));
    return this.#using(known, (watch) => watch.untilGone(known, options));
  }

  async #using<Result>(
    targets: readonly WaitTarget[],
    wait: (watch: ClusterWatch) => Promise<readonly Result[]>,
  ): Promise<readonly Result[]> {
    if (targets.length === 0) return [];
    this.#servers ??= this.#open();
    const servers = await this.#servers;
    for (const { cluster } of targets) {
      const server = servers.get(cluster);
      if (server?.status === "rejected") throw server.reason;
    }
    this.#watch ??= new ClusterWatch(reached(servers), this.#checks);
    clearTimeout(this.#idle);
    this.#waits += 1;
    try {
      return await wait(this.#watch);
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.#idle = setTimeout(() => this.#close(), lingerMs).unref();
    }
  }

  #close(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }

  async #open(): Promise<ReadonlyMap<string, PromiseSettledResult<ApiServer>>> {
    const clusters = [...this.#clusters];
    const opened = await Promise.allSettled(clusters.map(([name, spec]) => ApiServer.open(name, spec, this.#context)));
    return new Map(opened.map((server, at) => [clusters[at]?.[0] ?? "", server]));
  }
}

function reached(servers: ReadonlyMap<string, PromiseSettledResult<ApiServer>>): ReadonlyMap<string, ApiServer> {
  return new Map(
    [...servers].flatMap(([name, server]) => (server.status === "fulfilled" ? [[name, server.value] as const] : [])),
  );
}
