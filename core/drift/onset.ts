import { record } from "../manifest/json.ts";
import type { KubernetesObject } from "../manifest/manifest.ts";
import { isOurManager } from "../plan/owned.ts";
import { ownerAnnotations } from "../plan/ownership.ts";
import type { Baseline } from "./baseline.ts";
import { holdersOf, managedFields } from "./managers.ts";
import type { Onset } from "./memory.ts";
import { isDrift, type DriftReport, type FieldManager, type ObjectDrift } from "./report.ts";

/** What decides since when something has drifted, beside what the cluster says. */
export interface OnsetInput {
  /** What earlier looks have seen. */
  readonly known: ReadonlyMap<string, Onset>;
  readonly baseline: Baseline | undefined;
  /** When the report was made: ISO 8601, UTC. */
  readonly now: string;
  /** True for a resource name that could not be looked for: that the report says nothing of it means nothing. */
  readonly missed: (resourceName: string) => boolean;
}

/** A report with onsets, and what is to be remembered for the next look. */
export interface WithOnset {
  readonly report: DriftReport;
  readonly onsets: ReadonlyMap<string, Onset>;
}

/**
 * Says since when each object and field of a report has drifted: the earliest of what the cluster says, what was seen
 * before, and now. What has drifted no longer is forgotten; of what is not known everything is kept.
 */
export function withOnset(report: DriftReport, input: OnsetInput): WithOnset {
  const onsets = new Map<string, Onset>();
  const reported = new Set<string>();
  const objects = report.objects.map((object) => {
    const { resourceName, verdict } = object;
    reported.add(resourceName);
    const before = input.known.get(resourceName);
    if (verdict === "unknown" && before !== undefined) onsets.set(resourceName, before);
    if (!isDrift(verdict)) return object;
    const dated = dateObject(object, input);
    onsets.set(resourceName, dated.onset);
    return dated.object;
  });
  for (const [resourceName, onset] of input.known) {
    if (!reported.has(resourceName) && input.missed(resourceName)) onsets.set(resourceName, onset);
  }
  return { report: { ...report, objects }, onsets };
}

function dateObject(
  object: ObjectDrift,
  { known, baseline, now }: OnsetInput,
): { readonly object: ObjectDrift; readonly onset: Onset } {
  const entry = baseline?.objects.get(object.resourceName);
  const version = entry?.resourceVersion;
  const before = known.get(object.resourceName);
  const seen = version === undefined || version === before?.version ? (before?.since ?? {}) : {};
  const since: Record<string, string> = {};
  const differences = object.differences.map((difference) => {
    const { path } = difference;
    // Runs have taken it back meanwhile: it began anew.
    const ended = (entry?.reverted ?? []).filter((each) => each.path === path).map(({ last }) => last);
    const still = ended.some((last) => isBefore(seen[path], last)) ? undefined : seen[path];
    const began = earliest([still, difference.since]) ?? now;
    since[path] = earliest([began, now]) ?? now;
    return { ...difference, since: since[path] };
  });
  const whole = object.verdict === "orphan" ? "+" : isGone(object) ? "-" : undefined;
  if (whole !== undefined) since[whole] = earliest([seen[whole], object.since, now]) ?? now;
  const began = whole === undefined ? earliest(Object.values(since)) : since[whole];
  return {
    object: { ...object, differences, ...(began === undefined ? {} : { since: began }) },
    onset: { ...(version === undefined ? {} : { version }), since },
  };
}

/**
 * Since when a field has had its value at the latest, as whoever holds it says; undefined if nobody does. The cluster
 * notes when a manager last wrote anything of an object: the value may be older, never newer.
 */
export function heldSince(managers: readonly FieldManager[]): string | undefined {
  return earliest(managers.map(({ manager, time }) => (isOurManager(manager) ? undefined : time)));
}

/** Since when an object that the state does not know says that it is ours: when that was written on it, or when it was made. */
export function claimedSince(object: KubernetesObject): string | undefined {
  const steps = ["metadata", "annotations", ownerAnnotations.environment];
  return earliest(holdersOf(managedFields(object), object, steps).map(({ time }) => time)) ?? createdAt(object);
}

/** When an object was made, as the cluster says. */
export function createdAt({ metadata }: KubernetesObject): string | undefined {
  const { creationTimestamp } = metadata;
  return typeof creationTimestamp === "string" ? creationTimestamp : undefined;
}

/** When the deletion of an object that is still there was asked for: the cluster notes when its grace ends. */
export function deletedAt({ metadata }: KubernetesObject): string | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: grace } = record(metadata);
  if (typeof deletionTimestamp !== "string") return undefined;
  const ends = Date.parse(deletionTimestamp);
  return Number.isNaN(ends) ? undefined : new Date(ends - (typeof grace === "number" ? grace : 0) * 1000).toISOString();
}

function isGone({ verdict }: ObjectDrift): boolean {
  return verdict === "deleted" || verdict === "recreated";
}

/** The earliest of some times; what is none does not count. */
function earliest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .filter((each) => each !== undefined && !Number.isNaN(Date.parse(each)))
    .reduce((first, each) => (isBefore(each, first) ? each : (first ?? each)), undefined);
}

/** By the clock, as clusters leave the fractions of a second out. */
function isBefore(time: string | undefined, other: string | undefined): boolean {
  return time !== undefined && other !== undefined && Date.parse(time) < Date.parse(other);
}
