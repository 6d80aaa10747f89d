import { builtInChecks, type HealthChecks } from "../core/health/health.ts";
import { healthy, progressing, type Health } from "../core/health/status.ts";
import { kindGroup } from "../core/manifest/manifest.ts";
import type { ApiServer } from "./api-server.ts";
import { Follower, type Judge, type WaitTarget } from "./follower.ts";
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
  /** Hears whenever the health of a target, or its reason, is another than before; healthy ones included. */
  readonly onProgress?: (change: Unhealthy) => void;
}

/**
 * Waits for objects on clusters. All waits share one LIST and WATCH for each kind and cluster, so that hundreds of them
 * over thousands of objects cost what one does; nothing is asked again and again. Close it when nobody waits any more:
 * its connections keep the process alive.
 */
export class ClusterWatch {
  readonly #clusters: ReadonlyMap<string, { readonly server: ApiServer; readonly pool: WatchPool }>;
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
    const judge: Judge = (object) => {
      if (object === undefined) return { outcome: "open", health: progressing("It does not exist.") };
      const health = this.#checks.healthOf(object);
      const { status } = health;
      const good = status === "healthy" || status === "suspended";
      return { outcome: good ? "done" : status === "degraded" ? "failed" : "open", health };
    };
    const left = await this.#wait(targets, judge, options, (follower) => options.onProgress?.(report(follower)));
    return left.map(report);
  }

  /** Waits until none of the targets is there any more; returns the resource names of those that still are. */
  async untilGone(targets: readonly WaitTarget[], options: WaitOptions): Promise<readonly string[]> {
    const judge: Judge = (object) =>
      object === undefined
        ? { outcome: "done", health: healthy("It is gone.") }
        : { outcome: "open", health: progressing("It is still there.") };
    const left = await this.#wait(targets, judge, options, () => undefined);
    return left.map(({ target }) => target.resourceName);
  }

  /** Ends all watches. A wait that still goes on hears nothing any more. */
  close(): void {
    for (const { pool } of this.#clusters.values()) pool.close();
  }

  #wait(
    targets: readonly WaitTarget[],
    judge: Judge,
    options: WaitOptions,
    onChange: (follower: Follower) => void,
  ): Promise<readonly Follower[]> {
    return waitForAll(
      (onVerdict) => targets.map((target) => this.#follow(target, judge, onVerdict)),
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
}

function report({ target, verdict }: Follower): Unhealthy {
  return { resourceName: target.resourceName, health: verdict.health };
}
