import type { Finding } from "../../core/errors/finding.ts";
import { outcomeOf, verdicts, type Difference, type FieldManager, type ObjectDrift } from "../../core/drift/report.ts";
import { originOf } from "../drift/resources.ts";
import type { HealDecision } from "../../core/drift/heal.ts";
import type { Healed } from "../drift/heal.ts";
import type { EngineCheck } from "../drift/engine-check.ts";
import type { DatedMeasure } from "../drift/environment.ts";
import type { Measured } from "../drift/measure.ts";
import type { OutputDocument } from "./json.ts";

/** What was found of one environment, or why nothing could be. */
export type EnvironmentDrift =
  | (DatedMeasure & {
      readonly environment: string;
      readonly engine?: EngineCheck;
      readonly healed?: Healed;
      /** Lines on which the documents of objects begin, by resource name, for reports that show places. */
      readonly originLines?: ReadonlyMap<string, number>;
    })
  | { readonly environment: string; readonly failed: readonly Finding[] };

/** What `drift --json` prints. Without `--show-ignored`, objects of which only something ignored differs are left out. */
export function driftDocument(measured: readonly EnvironmentDrift[], showIgnored: boolean): OutputDocument {
  return { kind: "Drift", environments: measured.map((each) => environmentOf(each, showIgnored)) };
}

function environmentOf(each: EnvironmentDrift, showIgnored: boolean): object {
  const { environment } = each;
  if ("failed" in each) {
    const errors = each.failed.map((finding) => ({ ...finding, cluster: null, owner: null, objects: [] }));
    const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0]));
    return { environment, outcome: "error", counts, objects: [], errors, unlisted: [] };
  }
  const { report, unlisted, engine, healed, measuredAt, audits, rollbacks } = each;
  const origins = originsOf(each);
  return {
    environment,
    measuredAt,
    outcome: driftOutcome(each),
    counts: report.counts,
    objects: shownObjects(each, showIgnored).map((object) => objectOf(object, origins, showIgnored)),
    errors: report.errors.map(({ finding, cluster, owner, objects }) => ({
      ...finding,
      cluster: cluster ?? null,
      owner: owner ?? null,
      objects,
    })),
    unlisted,
    ...(audits === undefined ? {} : { audits: audits.map((audit) => ({ ...audit, from: audit.from ?? null })) }),
    ...(rollbacks === undefined ? {} : { rollbacks }),
    ...(engine === undefined ? {} : { engine }),
    ...(healed === undefined ? {} : { heal: healOf(healed, origins) }),
  };
}

/** What was to be healed, as it was before, and what became of it. */
function healOf({ decisions, errors, agreed }: Healed, origins: ReadonlyMap<string, string>): object {
  const done = ({ left }: HealDecision): boolean => agreed && left === undefined;
  return {
    healed: decisions.filter(done).map(({ object }) => objectOf(object, origins, false)),
    left: decisions
      .filter((decision) => !done(decision))
      .map(({ object, left, finding }) => ({
        ...objectOf(object, origins, false),
        reason: left ?? "declined",
        code: finding?.code ?? null,
        message: finding?.message ?? null,
      })),
    errors,
  };
}

/** What it comes to; what could not be healed is an error, and what the engine finds and the scan does not is drift until somebody has looked. */
export function driftOutcome(each: EnvironmentDrift): "none" | "drift" | "error" {
  if ("failed" in each) return "error";
  const outcome = outcomeOf(each.report);
  if ((each.healed?.errors ?? []).length > 0) return "error";
  return outcome === "none" && (each.engine?.disagreements ?? []).length > 0 ? "drift" : outcome;
}

/** Objects of which there is something to say: what is unknown is said by the errors. */
export function shownObjects({ report }: Measured, showIgnored: boolean): readonly ObjectDrift[] {
  return report.objects.filter(
    ({ verdict, ignored }) => verdict !== "unknown" && (verdict !== "unchanged" || (showIgnored && ignored.length > 0)),
  );
}

/** Files of the source by resource name. */
export function originsOf({ resources }: Measured): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap((resource) => {
      const origin = originOf(resource);
      return origin === undefined ? [] : [[resource.resourceName, origin] as const];
    }),
  );
}

function objectOf(object: ObjectDrift, origins: ReadonlyMap<string, string>, showIgnored: boolean): object {
  const { verdict, owner, cluster, kind, namespace, name, resourceName, terminating, since, who } = object;
  return {
    verdict,
    owner,
    cluster,
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    origin: origins.get(resourceName) ?? null,
    ...(terminating === undefined ? {} : { terminating }),
    ...(since === undefined ? {} : { since }),
    ...(who === undefined ? {} : { who }),
    differences: object.differences.map(differenceOf),
    ...(showIgnored
      ? { ignored: object.ignored.map((each) => ({ ...differenceOf(each), by: each.by, reason: each.reason })) }
      : {}),
  };
}

/** A difference as documents show it. */
export function differenceOf(difference: Difference): object {
  const { path, kind, managers, ours, reverted, since, who } = difference;
  return {
    path,
    kind,
    ...("old" in difference ? { old: difference.old } : {}),
    ...("new" in difference ? { new: difference.new } : {}),
    managers: managers.map(managerOf),
    ours,
    ...(who === undefined ? {} : { who }),
    ...(reverted === undefined ? {} : { reverted }),
    ...(since === undefined ? {} : { since }),
  };
}

function managerOf({ manager, operation, time, subresource }: FieldManager): object {
  return { manager, operation, time: time ?? null, ...(subresource === undefined ? {} : { subresource }) };
}
