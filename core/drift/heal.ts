import type { Finding } from "../errors/finding.ts";
import { isDrift, type DriftReport, type ObjectDrift } from "./report.ts";

/** What is done about drift: put back by itself, only when a person asks for it, or never. */
export type HealMode = "auto" | "report" | "off";

/** What the environment document says about healing what an owner has. */
export interface HealSettings {
  readonly heal: HealMode;
  /** How often one object is healed in how many seconds. */
  readonly limit: { readonly times: number; readonly seconds: number };
}

/**
 * Why something that has drifted is left as it is.
 * - `report`: it is only put back when a person asks for it. - `off`: it never is.
 * - `limit`: it has drifted again after being healed as often as is allowed: somebody else keeps changing it.
 * - `error`: something of its application or cluster is not known, or healing it failed.
 * - `going`: it is deleted and still there. - `stranger`: it is unknown, and Driftless did not make it.
 */
export type LeaveReason = "report" | "off" | "limit" | "error" | "going" | "stranger";

/** What is to be done about an object that has drifted. */
export interface HealDecision {
  readonly object: ObjectDrift;
  /** Absent: it is healed. */
  readonly left?: LeaveReason;
  /** With `error`: what the matter is. */
  readonly finding?: Finding;
}

/** What decides about healing. */
export interface HealInput {
  readonly report: DriftReport;
  /** True if a person asks for it, and what is only reported is healed too. */
  readonly asked: boolean;
  /** By owner: `application/<name>`, `tenant/<name>` or `environment`. */
  readonly settings: (owner: string) => HealSettings;
  /** When objects were healed, by resource name: ISO 8601, UTC. */
  readonly heals: ReadonlyMap<string, readonly string[]>;
  /** ISO 8601, UTC. */
  readonly now: string;
}

/** Says of each object that has drifted whether it is healed. Nothing is, of whatever an error is about. */
export function decideHealing(input: HealInput): readonly HealDecision[] {
  const blocked = blockedBy(input.report);
  return input.report.objects
    .filter(({ verdict }) => isDrift(verdict))
    .map((object): HealDecision => {
      const finding = blocked(object);
      if (finding !== undefined) return { object, left: "error", finding };
      const left = reasonToLeave(object, input);
      return left === undefined ? { object } : { object, left };
    });
}

function reasonToLeave(object: ObjectDrift, input: HealInput): LeaveReason | undefined {
  const { asked, settings, heals, now } = input;
  const { heal, limit } = settings(object.owner);
  if (heal === "off") return "off";
  if (heal === "report" && !asked) return "report";
  if (object.terminating === true) return "going";
  const recent = recentHeals(heals.get(object.resourceName) ?? [], limit.seconds, now);
  return recent.length >= limit.times ? "limit" : undefined;
}

/** The report in which what was healed too often, and has drifted again, is fought over. */
export function withFights(report: DriftReport, names: ReadonlySet<string>): DriftReport {
  const counts: Record<ObjectDrift["verdict"], number> = { ...report.counts };
  const objects = report.objects.map((object): ObjectDrift => {
    if (!names.has(object.resourceName) || !isDrift(object.verdict)) return object;
    counts[object.verdict] -= 1;
    counts["fought-over"] += 1;
    return { ...object, verdict: "fought-over" };
  });
  return { ...report, objects, counts };
}

/** Times that are not longer ago than some seconds. */
export function recentHeals(times: readonly string[], seconds: number, now: string): readonly string[] {
  return times.filter((time) => Date.parse(now) - Date.parse(time) < seconds * 1000);
}

/** Which error speaks against healing an object: one of everything, of its cluster, or of its application. */
function blockedBy({ errors, objects }: DriftReport): (object: ObjectDrift) => Finding | undefined {
  const ownerOf = new Map(objects.map(({ resourceName, owner }) => [resourceName, owner]));
  const clusters = new Map<string, Finding>();
  const owners = new Map<string, Finding>();
  let all: Finding | undefined;
  for (const { finding, cluster, owner, objects: unknown } of errors) {
    const concerned = unknown.flatMap((name) => ownerOf.get(name) ?? []);
    if (owner !== undefined) owners.set(owner, finding);
    else if (cluster === undefined) all ??= finding;
    else if (concerned.length === 0 || finding.code === "CLUSTER_UNREACHABLE") clusters.set(cluster, finding);
    else for (const each of concerned) owners.set(each, finding);
  }
  return ({ cluster, owner }) => all ?? clusters.get(cluster) ?? owners.get(owner);
}
