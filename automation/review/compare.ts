import type { LoadedEnvironment } from "../../core/environment/load.ts";
import type { ErrorCode } from "../../core/errors/codes.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { plainJson } from "../../core/manifest/json.ts";
import type { FieldChange, ObjectChange } from "../../core/plan/change.ts";
import { diffFields } from "../../core/plan/diff-fields.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import { applicationOf } from "../../core/plan/identity.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { sameByOwner } from "../output/change-set.ts";
import type { EnvironmentReview, FindingChanges, NotCompared } from "./model.ts";
import { deletionRisks, withReplacements } from "./risks.ts";

/** An environment on one side, as far as it could be planned. */
export interface PlannedSide {
  readonly environment: LoadedEnvironment;
  readonly plan: EnvironmentPlan;
  /** Applications that could not be rendered. */
  readonly failed: ReadonlySet<string>;
  /** Whatever is wrong with it or worth knowing, policy included. */
  readonly findings: readonly SideFinding[];
}

/** A finding of one side. */
export interface SideFinding extends Finding {
  /** What it is about, where its message also says what stands there now. Default: the message. */
  readonly subject?: string;
}

/** A side that could not be planned at all. */
export interface BrokenSide {
  readonly findings: readonly [Finding, ...Finding[]];
}

/** Undefined: the side does not have the environment. */
export type EnvironmentSide = PlannedSide | BrokenSide | undefined;

/** Parts of a document whose change makes something possible that was not. */
const guards = ["approvals", "policy", "safety", "promotion", "forges", "delivery"] as const;

/** Says what a change makes of an environment. Pure. */
export function compareEnvironment(
  name: string,
  file: string,
  base: EnvironmentSide,
  head: EnvironmentSide,
): EnvironmentReview {
  const planned = {
    base: base !== undefined && "plan" in base ? base : undefined,
    head: head !== undefined && "plan" in head ? head : undefined,
  };
  const findings = compareFindings(base?.findings ?? [], head?.findings ?? []);
  const nothing = {
    ...{ name, file, findings, settings: [], guards: [], risks: [], freeze: [], changes: { changes: [] } },
    ...{
      clusters: [],
      tenants: [],
      applications: [],
      approvals: planned.head?.environment.spec.approvals.required ?? 0,
    },
    ...{ base: sideOf(planned.base), head: sideOf(planned.head) },
  };
  if (head === undefined) return { ...nothing, state: "deleted", notCompared: [] };
  const broken = (
    [
      ["base", base],
      ["head", head],
    ] as const
  ).flatMap(([side, found]): readonly NotCompared[] =>
    found === undefined || "plan" in found ? [] : [{ side, why: found.findings[0].message }],
  );
  const after = planned.head;
  if (broken.length > 0 || after === undefined) return { ...nothing, state: "unknown", notCompared: broken };

  const before = planned.base;
  const from = before?.plan ?? emptied(after.plan);
  const left = new Set([...(before?.failed ?? []), ...after.failed]);
  const all = diffPlans(from, after.plan).changes.filter(({ owner }) => !left.has(applicationOf(owner) ?? ""));
  const { changes, refused } = withReplacements(all, after.plan);
  const settings = before === undefined ? [] : compareSettings(before.environment, after.environment);
  const isTouched = changes.length + settings.length + findings.added.length + findings.fixed.length + left.size > 0;
  const moved = before !== undefined && before.plan.digest !== after.plan.digest;
  return {
    ...nothing,
    state: before === undefined ? "new" : isTouched || moved ? "changed" : "unchanged",
    changes: {
      changes,
      same: ofOwners(sameByOwner(after.plan, changes), changes),
      withCluster: after.plan.clusters.length > 1,
    },
    ...touchedBy(changes, from, after.plan),
    settings,
    guards: guards.filter((part) => settings.some(({ path }) => path.split(/[.[]/, 1)[0] === part)),
    risks: [...refused, ...deletionRisks(changes, from, after.environment)],
    notCompared: [
      ...[...(before?.failed ?? [])].map((application) => notRendered(application, "base")),
      ...[...after.failed].map((application) => notRendered(application, "head")),
    ],
  };
}

/** Findings that only one side has. Where something stands does not matter: lines move. */
export function compareFindings(base: readonly SideFinding[], head: readonly SideFinding[]): FindingChanges {
  const key = ({ code, severity, message, subject = message }: SideFinding): string =>
    JSON.stringify([code, severity, subject]);
  const plain = ({ code, severity, message, fix, place }: SideFinding): Finding => ({
    ...{ code, severity, message, fix },
    ...(place === undefined ? {} : { place }),
  });
  const [before, after] = [new Set(base.map(key)), new Set(head.map(key))];
  return {
    added: head.filter((finding) => !before.has(key(finding))).map(plain),
    kept: head.filter((finding) => before.has(key(finding))).map(plain),
    fixed: base.filter((finding) => !after.has(key(finding))).map(plain),
  };
}

function notRendered(application: string, side: NotCompared["side"]): NotCompared {
  return { application, side, why: "it cannot be rendered" };
}

/** An owner of which nothing changes is not shown. */
function ofOwners(same: ReadonlyMap<string, number>, changes: readonly ObjectChange[]): ReadonlyMap<string, number> {
  const owners = new Set(changes.map(({ owner }) => owner));
  return new Map([...same].filter(([owner]) => owners.has(owner)));
}

/** What is said of a plan that could be made. */
const judged: ReadonlySet<ErrorCode> = new Set([
  "POLICY_VIOLATION",
  "SCHEMA_INVALID",
  "REVISION_BLOCKED",
  "IMAGE_BLOCKED",
]);

function sideOf(side: PlannedSide | undefined): EnvironmentReview["base"] {
  if (side === undefined) return undefined;
  const { plan, failed, findings } = side;
  // What cannot be planned as a whole has no digest that anybody could approve.
  const isWhole =
    failed.size === 0 && findings.every(({ code, severity }) => severity === "warning" || judged.has(code));
  return { revision: plan.revision, digest: isWhole ? plan.digest : undefined };
}

function emptied(plan: EnvironmentPlan): EnvironmentPlan {
  return { ...plan, tenants: [], applications: [] };
}

function compareSettings(base: LoadedEnvironment, head: LoadedEnvironment): readonly FieldChange[] {
  const value = ({ spec }: LoadedEnvironment) => {
    // What sets made is among the applications, which it is compared as.
    return plainJson({ ...spec, members: undefined, source: { ...spec.source, revision: undefined } });
  };
  return diffFields(value(base), value(head), (_steps, shown) => shown);
}

/** Clusters, tenants and applications of which an object changes. */
function touchedBy(
  changes: readonly ObjectChange[],
  ...plans: readonly EnvironmentPlan[]
): Pick<EnvironmentReview, "clusters" | "tenants" | "applications"> {
  const tenantOf = new Map(plans.flatMap(({ applications }) => applications.map(({ name, tenant }) => [name, tenant])));
  const applications = new Set(changes.flatMap(({ owner }) => applicationOf(owner) ?? []));
  const tenants = new Set([
    ...changes.flatMap(({ owner }) => /^tenant\/(.+)$/.exec(owner)?.[1] ?? []),
    ...[...applications].flatMap((name) => tenantOf.get(name) ?? []),
  ]);
  const clusters = new Set(changes.map(({ cluster }) => cluster));
  return { clusters: [...clusters].sort(), tenants: [...tenants].sort(), applications: [...applications].sort() };
}
