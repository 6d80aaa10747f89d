import type { Health } from "../../core/health/status.ts";
import type { Deployer } from "../../core/plan/deployer.ts";
import type { Delivery } from "../../live/delivery.ts";
import type { HookTask } from "../../live/hooks.ts";
import type { Unhealthy, WaitTarget } from "../../live/watch.ts";

/** A stand-in for clusters: everything is healthy, and gone when asked, except what is said to be otherwise. */
export class FakeDelivery implements Delivery {
  /** By resource name: how objects are that are not healthy. */
  readonly unhealthy = new Map<string, Health>();
  /** Resource names of objects that do not go. */
  readonly stuck = new Set<string>();
  /** Resource names of hooks that fail. */
  readonly failing = new Set<string>();
  /** What was asked, in order: `healthy` or `gone`, and the resource names. */
  readonly calls: string[] = [];

  untilHealthy(targets: readonly WaitTarget[]): Promise<readonly Unhealthy[]> {
    const names = this.#note("healthy", targets);
    return Promise.resolve(
      names.flatMap((resourceName) => {
        const health = this.unhealthy.get(resourceName);
        return health === undefined ? [] : [{ resourceName, health }];
      }),
    );
  }

  untilGone(targets: readonly WaitTarget[]): Promise<readonly string[]> {
    return Promise.resolve(this.#note("gone", targets).filter((name) => this.stuck.has(name)));
  }

  untilLetIn(clusters: readonly string[], { user }: Deployer): Promise<void> {
    this.calls.push(`let in ${user} on ${clusters.join(", ")}`);
    return Promise.resolve();
  }

  pause(seconds: number): Promise<void> {
    this.calls.push(`pause ${seconds}`);
    return Promise.resolve();
  }

  runHook({ resourceName }: HookTask): Promise<void> {
    this.calls.push(`run ${resourceName}`);
    return this.failing.has(resourceName) ? Promise.reject(new Error("HOOK_FAILED")) : Promise.resolve();
  }

  removeHook({ resourceName }: HookTask): Promise<void> {
    this.calls.push(`remove ${resourceName}`);
    return Promise.resolve();
  }

  #note(what: string, targets: readonly WaitTarget[]): readonly string[] {
    const names = targets.map(({ resourceName }) => resourceName);
    this.calls.push([what, ...names].join(" "));
    return names;
  }
}
