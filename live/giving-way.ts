import type { Deployer } from "../core/plan/deployer.ts";
import type { Delivery } from "./delivery.ts";
import type { HookTask } from "./hooks.ts";
import type { WaitOptions } from "./wait.ts";
import type { HealthWaitOptions, Unhealthy, WaitTarget } from "./watch.ts";

/**
 * A delivery that is given up when a signal aborts: waits for health end with its reason, and hooks that have not begun
 * do not begin. A hook that runs, and what is being deleted, is still waited for: half of it helps nobody.
 */
export class GivingWay implements Delivery {
  readonly #delivery: Delivery;
  readonly #signal: AbortSignal;

  constructor(delivery: Delivery, signal: AbortSignal) {
    this.#delivery = delivery;
    this.#signal = signal;
  }

  async untilHealthy(targets: readonly WaitTarget[], options: HealthWaitOptions): Promise<readonly Unhealthy[]> {
    this.#signal.throwIfAborted();
    return this.#delivery.untilHealthy(targets, { ...options, signal: this.#signal });
  }

  untilGone(targets: readonly WaitTarget[], options: WaitOptions): Promise<readonly string[]> {
    return this.#delivery.untilGone(targets, options);
  }

  async untilLetIn(clusters: readonly string[], deployer: Deployer): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#delivery.untilLetIn(clusters, deployer);
  }

  pause(seconds: number): Promise<void> {
    return this.#delivery.pause(seconds, this.#signal);
  }

  async runHook(hook: HookTask, options: HealthWaitOptions): Promise<void> {
    this.#signal.throwIfAborted();
    await this.#delivery.runHook(hook, options);
  }

  removeHook(hook: HookTask, options: WaitOptions): Promise<void> {
    return this.#delivery.removeHook(hook, options);
  }
}
