import type { HealDecision } from "../../core/drift/heal.ts";
import type { ObjectDrift } from "../../core/drift/report.ts";

/** What became of an object that was to be healed while it was watched. */
export interface WatchedHeal extends HealDecision {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** From hearing of it until it was put back; absent for what was left. */
  readonly seconds?: number;
}

/** When something happened, as `performance.now()` and, for people, as ISO 8601, UTC. */
export interface HealTimes {
  readonly time: string;
  /** When somebody heard of the drift. */
  readonly began: number;
  /** When an object was put back; undefined: now. */
  readonly appliedAt: (object: ObjectDrift) => number | undefined;
}

/** What is worth telling of healings: why an object was left is told once. */
export class WatchedHeals {
  /** Why objects were left, by resource name. */
  readonly #left = new Map<string, string>();

  /** Forgets why an object was left: it has drifted no more. */
  ended(resourceName: string): void {
    this.#left.delete(resourceName);
  }

  /** What of this was not told before. */
  news(decisions: readonly HealDecision[], times: HealTimes): readonly WatchedHeal[] {
    return decisions.flatMap((decision) => this.#newsOf(decision, times) ?? []);
  }

  #newsOf(decision: HealDecision, { time, began, appliedAt }: HealTimes): WatchedHeal | undefined {
    const { object, left, finding } = decision;
    if (left === undefined) {
      this.#left.delete(object.resourceName);
      const applied = appliedAt(object) ?? performance.now();
      return { ...decision, time, seconds: Math.round(applied - began) / 1000 };
    }
    const why = `${left} ${finding?.code ?? ""}`;
    if (this.#left.get(object.resourceName) === why) return undefined;
    this.#left.set(object.resourceName, why);
    return { ...decision, time };
  }
}
