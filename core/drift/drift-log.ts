import { canonicalJson } from "../manifest/json.ts";
import type { Difference, ObjectDrift } from "./report.ts";
import { isDrift } from "./report.ts";

/**
 * What has happened to a drift: `began`; `changed`: it is still there, and another one; `ended`; `fought-over`: it comes
 * and goes, which is said once, until it has been quiet for a while.
 */
export type DriftStep = "began" | "changed" | "ended" | "fought-over";

/** Something that happened to a drift of one field, or of an object as a whole. */
export interface DriftEvent {
  readonly step: DriftStep;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** The object with all that is to be said of it: before, where the drift has ended. */
  readonly object: ObjectDrift;
  /** The field; absent where the object as a whole is gone, another one, or unknown. */
  readonly difference?: Difference;
  /** Since when it is known to have drifted. ISO 8601, UTC. */
  readonly since: string;
}

/** One thing that has drifted: a field, or an object as a whole. */
interface Item {
  readonly object: ObjectDrift;
  readonly difference?: Difference;
  /** The same for the same value. */
  readonly value: string;
  readonly since: string;
}

/** What has happened to an item lately. */
interface Restless {
  /** What it became and when, in milliseconds; the empty value: it was as it should be. */
  readonly steps: readonly { readonly value: string; readonly at: number }[];
  /** The last drift that was seen, and whether it is said to be fought over. */
  readonly last: Item;
  readonly fighting: boolean;
}

/** As often as this within the time, and what comes and goes is a fight. */
const fightSteps = 3;
const fightMs = 5 * 60_000;
/** A fight is over when nothing has happened for this long. */
const calmMs = 60_000;

/** Turns what is found of objects, again and again, into what has happened. Its size is that of what has drifted. */
export class DriftLog {
  readonly #items = new Map<string, ReadonlyMap<string, Item>>();
  readonly #restless = new Map<string, Restless>();

  /** Takes what is known at the beginning, which is no event. */
  begin(objects: readonly ObjectDrift[], now: string): void {
    for (const object of objects) {
      const items = itemsOf(object, now);
      if (items.size > 0) this.#items.set(object.resourceName, items);
    }
  }

  /** Objects that have drifted, as they were last found. */
  objects(): readonly ObjectDrift[] {
    return [...this.#items.keys()].flatMap((resourceName) => this.get(resourceName) ?? []);
  }

  /** True for an object that has drifted. */
  has(resourceName: string): boolean {
    return this.#items.has(resourceName);
  }

  /** An object that has drifted, as it was last found. */
  get(resourceName: string): ObjectDrift | undefined {
    return this.#items.get(resourceName)?.values().next().value?.object;
  }

  /**
   * What has happened to an object.
   * @param object What is found of it now; `unchanged` ends every drift of it. Never to be called with `unknown`.
   * @param now ISO 8601, UTC.
   */
  note(object: ObjectDrift, now: string): readonly DriftEvent[] {
    const { resourceName } = object;
    const before = this.#items.get(resourceName) ?? new Map<string, Item>();
    const after = itemsOf(object, now);
    if (after.size > 0) this.#items.set(resourceName, after);
    else this.#items.delete(resourceName);
    // The fields of what is gone have neither drifted nor not.
    const gone = object.verdict === "deleted";
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
      const [old, item] = [before.get(key), after.get(key)];
      if (old?.value === item?.value || (gone && item === undefined)) return [];
      return this.#step(`${resourceName}\n${key}`, old, item, now);
    });
  }

  /** Ends what has been quiet for a while: to be called from time to time. */
  settle(now: string): readonly DriftEvent[] {
    const at = Date.parse(now);
    return [...this.#restless].flatMap(([key, { steps, last, fighting }]) => {
      const quietMs = at - (steps.at(-1)?.at ?? 0);
      if (quietMs < (fighting ? calmMs : fightMs)) return [];
      this.#restless.delete(key);
      if (!fighting) return [];
      const [resourceName = "", path = ""] = key.split("\n");
      const item = this.#items.get(resourceName)?.get(path);
      return item === undefined ? [event("ended", last, now)] : [event("began", item, now)];
    });
  }

  #step(key: string, old: Item | undefined, item: Item | undefined, now: string): readonly DriftEvent[] {
    const at = Date.parse(now);
    const last = item ?? old;
    if (last === undefined) return [];
    const before = this.#restless.get(key);
    const recent = (before?.steps ?? []).filter((step) => at - step.at < fightMs);
    const steps = [...recent, { value: item?.value ?? "", at }].slice(-20);
    const again = steps.filter(({ value }) => value !== "" && value === item?.value).length;
    const begun = steps.filter(({ value }, place) => value !== "" && (steps[place - 1]?.value ?? "") === "").length;
    const fighting = before?.fighting === true || again >= fightSteps || begun >= fightSteps;
    this.#restless.set(key, { steps, last, fighting });
    if (fighting) return before?.fighting === true ? [] : [event("fought-over", last, now)];
    if (item === undefined) return [event("ended", last, now)];
    return [event(old === undefined ? "began" : "changed", item, now)];
  }
}

function event(step: DriftStep, { object, difference, since }: Item, time: string): DriftEvent {
  return { step, time, object, ...(difference === undefined ? {} : { difference }), since };
}

/** By path; an object as a whole under a name that no field has. */
function itemsOf(object: ObjectDrift, now: string): ReadonlyMap<string, Item> {
  const { verdict, differences, since = now } = object;
  if (!isDrift(verdict)) return new Map();
  if (verdict === "orphan") return new Map([["+", { object, value: verdict, since }]]);
  if (verdict === "deleted" || verdict === "recreated") return new Map([["-", { object, value: verdict, since }]]);
  return new Map(
    differences.map((difference) => {
      const { path, kind } = difference;
      const value = `${kind} ${"new" in difference ? canonicalJson(difference.new) : ""}`;
      return [path, { object, difference, value, since: difference.since ?? now }];
    }),
  );
}
