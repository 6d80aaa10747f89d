import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { isJsonObject } from "../manifest/json.ts";
import { add, subtract, type Delta } from "./delta.ts";
import { damagedBaseline } from "./damaged-baseline.ts";
import { normalDesired, normalDigest } from "./normal-form.ts";

/** What the objects of a stack looked like right after they were last applied. */
export interface Baseline {
  /** By resource name: `<cluster>/<namespace or _>/<Kind.group>/<name>`. */
  readonly objects: ReadonlyMap<string, BaselineEntry>;
}

/** What one object looked like. Old values are not kept twice: they are the desired ones and `rest`. */
export interface BaselineEntry {
  readonly uid: string;
  /**
   * Version of the live object that is the same as this entry. Absent where no version is: the object had drifted, and
   * the entry holds what it should look like.
   */
  readonly resourceVersion?: string;
  /** `normalDigest` of the normal form. */
  readonly live: string;
  /** `normalDigest` of what was asked for then. With anything else asked for, the entry says nothing: it is stale. */
  readonly desired: string;
  /** What the object had beyond what was asked for: defaults, allocated values, fields of controllers. */
  readonly rest?: Delta;
  /** Changes by others that runs have taken back: what tells a fight from a single change. */
  readonly reverted?: readonly Reverted[];
}

/** A field that somebody else changed and a run set again. */
export interface Reverted {
  /** As `fieldPath` writes it. */
  readonly path: string;
  /** Who had changed it, where that is certain. */
  readonly manager?: string;
  /** How often, without a day between. */
  readonly times: number;
  /** When it was last taken back: ISO 8601, UTC. */
  readonly last: string;
}

/** A baseline that knows no object. */
export const emptyBaseline: Baseline = { objects: new Map() };

/** What of a live object is not in its normal form. */
export interface LiveIdentity {
  readonly uid: string;
  readonly resourceVersion?: string;
}

/**
 * The entry of an object.
 * @param inputs What was asked for: the resource's inputs in the state.
 * @param normal The object's `normalForm`.
 */
export function baselineEntry(
  inputs: KubernetesObject,
  normal: JsonObject,
  { uid, resourceVersion }: LiveIdentity,
): BaselineEntry {
  const desired = normalDesired(inputs);
  const rest = subtract(normal, desired);
  return {
    uid,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    live: normalDigest(normal),
    desired: normalDigest(desired),
    ...(rest === undefined ? {} : { rest }),
  };
}

/** True if something else is asked for now than when an entry was taken: it says nothing then. */
export function isStale(entry: BaselineEntry, inputs: KubernetesObject): boolean {
  return normalDigest(normalDesired(inputs)) !== entry.desired;
}

/**
 * Normal form that an entry stands for; undefined if it is stale: something else is asked for now than was then.
 * @throws BASELINE_INVALID if the entry is damaged.
 */
export function baselineNormal(entry: BaselineEntry, inputs: KubernetesObject): JsonObject | undefined {
  const desired = normalDesired(inputs);
  if (normalDigest(desired) !== entry.desired) return undefined;
  const normal = add(desired, entry.rest);
  if (isJsonObject(normal) && normalDigest(normal) === entry.live) return normal;
  throw damagedBaseline("an entry does not give what it stands for");
}
