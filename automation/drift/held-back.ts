import { isDrift, type ObjectDrift } from "../../core/drift/report.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { isOwnRun, isUnattributed } from "./own-run.ts";

/** What looks like the work of a run of ours is held back this long: the baseline of that run is on its way. */
const holdMs = 30_000;

/** Drifts that are not told yet: a run of ours may have made them, here or on another machine. */
export class HeldBack {
  readonly #environment: string;
  /** Since when, by resource name, as `performance.now()`. */
  readonly #since = new Map<string, number>();

  constructor(environment: string) {
    this.#environment = environment;
  }

  has(resourceName: string): boolean {
    return this.#since.has(resourceName);
  }

  /** Holds an object back no more. */
  release(resourceName: string): void {
    this.#since.delete(resourceName);
  }

  /**
   * True if a drift is not to be told yet; it is held back from then on.
   * @param stateReadAt When the state was read, as `performance.now()`, where only reading it tells of a run on another
   * machine; undefined where that is seen at once.
   */
  holds(drift: ObjectDrift, live: KubernetesObject | undefined, stateReadAt: number | undefined): boolean {
    if (!isDrift(drift.verdict)) return false;
    const now = performance.now();
    const since = this.#since.get(drift.resourceName) ?? now;
    const isOurs = isOwnRun(this.#environment, drift, live) && now - since < holdMs;
    const isUnread = stateReadAt !== undefined && isUnattributed(drift) && stateReadAt <= since;
    if (isOurs || isUnread) this.#since.set(drift.resourceName, since);
    return isOurs || isUnread;
  }
}
