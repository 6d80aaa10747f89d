import { builtInChecks, type HealthChecks } from "../core/health/health.ts";
import type { Health } from "../core/health/status.ts";
import { kindGroup } from "../core/manifest/manifest.ts";
import type { ApiServer } from "./api-server.ts";
import { explain } from "./explain.ts";
import { Follower, type Judge, type WaitTarget } from "./follower.ts";
import { isClaim, judgeGone, judgeHealth } from "./judge.ts";
import { untilServed } from "./served-definitions.ts";
import { lateStorageClasses } from "./storage-classes.ts";
import { waitForAll, type WaitOptions } from "./wait.ts";
import { WatchPool } from "./watch-pool.ts";

export type { WaitTarget } from "./follower.ts";

/** An object and how it is doing. */
export interface Unhealthy {
  readonly resourceName: string;
  readonly health: Health;
}

/** How to wait for health. */
export interface HealthWaitOptions extends WaitOptions {
  /**
   * Hears whenever the health of a target, or its reason, is another than before; healthy ones included. After 15 s,
   * and then ever more rarely, also what the pods of those that are not healthy tell.
   */
  readonly onProgress?: (change: Unhealthy) => void;
}

interface Access {
  readonly server: ApiServer;
  readonly pool: WatchPool;
}

const firstLookMs = 15_000;

/**
 * Waits for objects on clusters. All waits share one LIST and WATCH for each kind and cluster, so that hundreds of them
 * over thousands of objects cost what one does; nothing is asked again and again. Close it when nobody waits any more:
 * its connections keep the process alive.
 */
export class ClusterWatch {
  readonly #clusters: ReadonlyMap<string, Access>;
  readonly #checks: HealthChecks;

  constructor(servers: ReadonlyMap<string, ApiServer>, checks: HealthChecks = builtInChecks) {
    this.#clusters = new Map([...servers].map(([name, server]) => [name, { server, pool: new WatchPool(server) }]));
    this.#checks = checks;
  }

  /**
   * Waits until all targets are healthy or suspended at the same time; returns the others, each with its reason, none
   * if all are. Ends early when one is degraded for good, or degraded for 10 s. Throws the reason of an aborted signal.
   */
  async untilHealthy(targets: readonly WaitTarget[], options: HealthWaitOptions): Promise<readonly Unhealthy[]> {
    const late = await this.#lateClasses(targets);
    const open = new Set<Follower>();
    const judge = (target: WaitTarget): Judge => {
      const classes = late.get(target.cluster);
      return (object) => judgeHealth(object, this.#checks, classes);
    };
    const stopLooking = this.#lookNowAndThen(open, options.onProgress);
    try {
      const left = await this.#wait(targets, judge, options, (follower) => {
        if (follower.verdict.outcome === "done") open.delete(follower);
        else open.add(follower);
        options.onProgress?.(report(follower, follower.verdict.health));
      });
      if (left.length === 0) await this.#untilServed(targets, options.signal);
      const health = await explain(left, (cluster) => this.#clusters.get(cluster)?.server);
      return left.map((follower) => report(follower, health.get(follower) ?? follower.verdict.health));
    } finally {
      stopLooking();
    }
  }

  /** Waits until none of the targets is there any more; returns the resource names of those that still are. */
  async untilGone(targets: readonly WaitTarget[], options: WaitOptions): Promise<readonly string[]> {
    const left = await this.#wait(
      targets,
      () => judgeGone,
      options,
      () => undefined,
    );
    return left.map(({ target }) => target.resourceName);
  }

  /** Ends all watches. A wait that still goes on hears nothing any more. */
  close(): void {
    for (const { pool } of this.#clusters.values()) pool.close();
  }

  #wait(
    targets: readonly WaitTarget[],
    judge: (target: WaitTarget) => Judge,
    options: WaitOptions,
    onChange: (follower: Follower) => void,
  ): Promise<readonly Follower[]> {
    return waitForAll(
      (onVerdict) => targets.map((target) => this.#follow(target, judge(target), onVerdict)),
      options,
      onChange,
    );
  }

  #follow(target: WaitTarget, judge: Judge, onVerdict: (follower: Follower) => void): Follower {
    const access = this.#clusters.get(target.cluster);
    if (access === undefined) throw new Error(`no access to the cluster "${target.cluster}"`);
    const metadataOnly = this.#checks.isStatic(kindGroup(target.object));
    return new Follower(target, { ...access, metadataOnly }, judge, onVerdict);
  }

  async #untilServed(targets: readonly WaitTarget[], signal: AbortSignal | undefined): Promise<void> {
    const byCluster = Map.groupBy(targets, ({ cluster }) => cluster);
    await Promise.all(
      Array.from(byCluster, async ([cluster, own]) => {
        const objects = own.map(({ object }) => object);
        const server = this.#clusters.get(cluster)?.server;
        if (server !== undefined) await untilServed(server, objects, signal);
      }),
    );
  }

  /** For the clusters with claims among the targets. */
  async #lateClasses(targets: readonly WaitTarget[]): Promise<ReadonlyMap<string, ReadonlySet<string> | undefined>> {
    const clusters = new Set(targets.filter(({ object }) => isClaim(object)).map(({ cluster }) => cluster));
    const classes = [...clusters].map(async (cluster) => {
      const server = this.#clusters.get(cluster)?.server;
      return [cluster, server === undefined ? undefined : await lateStorageClasses(server)] as const;
    });
    return new Map(await Promise.all(classes));
  }

  /** Tells after a while, and then ever more rarely, why what is open is so; until the returned function is called. */
  #lookNowAndThen(open: ReadonlySet<Follower>, onProgress: HealthWaitOptions["onProgress"]): () => void {
    if (onProgress === undefined) return () => undefined;
    let stopped = false;
    let timer: NodeJS.Timeout | undefined;
    const look = async (milliseconds: number): Promise<void> => {
      const health = await explain([...open], (cluster) => this.#clusters.get(cluster)?.server);
      if (stopped) return;
      for (const [follower, now] of health) {
        if (open.has(follower) && now.reason !== follower.verdict.health.reason) onProgress(report(follower, now));
      }
      plan(2 * milliseconds);
    };
    const plan = (milliseconds: number): void => {
      // Whatever fails here, the wait itself meets it too.
      timer = setTimeout(() => void look(milliseconds).catch(() => undefined), milliseconds);
    };
    plan(firstLookMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }
}

function report({ target }: Follower, health: Health): Unhealthy {
  return { resourceName: target.resourceName, health };
}
