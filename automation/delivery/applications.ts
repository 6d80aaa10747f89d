import type { Finding } from "../../core/errors/finding.ts";
import { addonsBefore } from "../../core/plan/addons.ts";
import { parseResourceName } from "../../core/plan/identity.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedObject } from "../../core/plan/plan.ts";
import type { RunFailure } from "../engine/run-failed.ts";
import { objectText } from "../engine/text.ts";
import type { UpdateResult } from "../engine/types.ts";

/**
 * How an update left an application.
 * - `up`: all of it is there and healthy. - `unchanged`: it was so before, and nothing of it was touched.
 * - `failed`: something of it failed. - `waiting`: the run did not get to its end, or not even to its beginning.
 */
export type ApplicationState = "up" | "failed" | "waiting" | "unchanged";

/** What an update did for an application. */
export interface ApplicationReport {
  readonly name: string;
  readonly state: ApplicationState;
  /** What it depends on and what is not up: names of applications, or `tenant/<name>`. */
  readonly waitsFor: readonly string[];
  /** Its clusters that could not be reached; absent where there are none. */
  readonly unreachable?: readonly string[];
  readonly failures: readonly Finding[];
}

/** What an update did for each application of a plan, in the plan's order. */
export function reportApplications(
  plan: EnvironmentPlan,
  result: Pick<UpdateResult, "changes" | "hooks" | "waits" | "finished" | "leftOut">,
  failures: readonly RunFailure[],
): readonly ApplicationReport[] {
  const byOwner = Map.groupBy(failures, ({ owner }) => owner);
  const titles = new Map(plan.applications.map(({ name, objects }) => [name, objects.map(titleOf)]));
  const touched = new Set([
    ...result.changes.map(({ owner }) => owner),
    ...[...result.hooks.map(({ application }) => application), ...result.waits].map((name) => `application/${name}`),
  ]);
  const leftOut = new Set((result.leftOut ?? []).map(({ cluster }) => cluster));
  const reports = new Map<string, ApplicationReport>();
  for (const application of plan.applications) {
    const { name } = application;
    const owner = `application/${name}`;
    const own = (byOwner.get(owner) ?? []).map(({ finding }) => finding);
    const unreachable = application.clusters.filter((cluster) => leftOut.has(cluster));
    const isWhole = result.finished.has(owner) && unreachable.length === 0;
    const finished = isWhole ? (touched.has(owner) ? "up" : "unchanged") : "waiting";
    const state = own.some(isItsOwn) ? "failed" : finished;
    const before = [...application.dependsOn, ...addonsBefore(application, plan.applications)];
    const waitsFor = state === "waiting" ? missing(application, before, own, { reports, byOwner, titles }) : [];
    const without = unreachable.length === 0 ? {} : { unreachable };
    reports.set(name, { name, state, waitsFor, ...without, failures: own });
  }
  return [...reports.values()];
}

/** Codes that say that an application waited, and not that anything of it failed. */
const waits: ReadonlySet<string> = new Set(["DEPENDENCY_UNHEALTHY", "ROLLOUT_HELD", "SUPERSEDED"]);

function isItsOwn({ code }: Finding): boolean {
  return !waits.has(code);
}

interface Known {
  /** Of the applications before this one, which are all that it can depend on. */
  readonly reports: ReadonlyMap<string, ApplicationReport>;
  readonly byOwner: ReadonlyMap<string, readonly RunFailure[]>;
  /** The objects of each application as messages call them. */
  readonly titles: ReadonlyMap<string, readonly string[]>;
}

function missing(
  { tenant, clusters }: ApplicationPlan,
  dependsOn: readonly string[],
  own: readonly Finding[],
  { reports, byOwner, titles }: Known,
): readonly string[] {
  const down = dependsOn.filter((name) => {
    const state = reports.get(name)?.state;
    return state === "failed" || state === "waiting";
  });
  if (down.length > 0) return down;
  // What it depends on is as it was, and not healthy any more: its gate names the objects.
  const ofClusters = clusters.flatMap((cluster) => byOwner.get(`cluster/${cluster}`) ?? []);
  const all = [...own, ...ofClusters.map(({ finding }) => finding)];
  const said = all.filter(({ code }) => waits.has(code)).map(({ message }) => message);
  if (said.length > 0) {
    return dependsOn.filter((name) => titles.get(name)?.some((title) => said.some((text) => text.includes(title))));
  }
  return byOwner.has(`tenant/${tenant}`) ? [`tenant/${tenant}`] : [];
}

function titleOf({ resourceName }: PlannedObject): string {
  const identity = parseResourceName(resourceName);
  return identity === undefined ? resourceName : objectText(identity);
}
