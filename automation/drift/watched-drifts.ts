import { DriftLog } from "../../core/drift/drift-log.ts";
import { isDrift, type ObjectDrift } from "../../core/drift/report.ts";
import type { WatchOnsets } from "./watch-onsets.ts";
import type { WatchedDrift } from "./watch-types.ts";
import type { WatchedObjects } from "./watched-objects.ts";

/** The drifts that a watch knows of, each with its onset and the file that its object came from. */
export class WatchedDrifts {
  readonly #log = new DriftLog();
  readonly #onsets: WatchOnsets;
  readonly #now: () => string;
  readonly #objects: () => WatchedObjects;

  /**
   * @param now ISO 8601, UTC.
   * @param objects What is watched at the moment.
   */
  constructor(onsets: WatchOnsets, now: () => string, objects: () => WatchedObjects) {
    this.#onsets = onsets;
    this.#now = now;
    this.#objects = objects;
  }

  /** Takes over what was measured before the watch. */
  begin(drifted: readonly ObjectDrift[], measuredAt: string): void {
    this.#log.begin(drifted, measuredAt);
  }

  /** How many objects have drifted. */
  get count(): number {
    return this.#log.objects().length;
  }

  has(resourceName: string): boolean {
    return this.#log.has(resourceName);
  }

  /** Notes how an object is now. Returns what there is to tell. */
  note(drift: ObjectDrift): readonly WatchedDrift[] {
    if (!isDrift(drift.verdict) && !this.#log.has(drift.resourceName)) return [];
    const now = this.#now();
    return this.#withOrigin(this.#log.note(this.#onsets.date(drift, this.#objects().baseline, now), now));
  }

  /** Notes that nobody asks about an object any more: whatever was to be said of it has ended. */
  forget(resourceName: string): readonly WatchedDrift[] {
    const drift = this.#log.get(resourceName);
    return drift === undefined ? [] : this.note({ ...drift, verdict: "unchanged", differences: [], ignored: [] });
  }

  /** What has become certain since. */
  settle(): readonly WatchedDrift[] {
    return this.#withOrigin(this.#log.settle(this.#now()));
  }

  #withOrigin(events: readonly Omit<WatchedDrift, "origin">[]): readonly WatchedDrift[] {
    return events.map((event) => ({ ...event, origin: this.#objects().get(event.object.resourceName)?.origin }));
  }
}
