import { noCounts, pastActions, type Action, type ChangeCounts, type ObjectChange } from "../../core/plan/change.ts";
import { parseResourceName, type ObjectIdentity } from "../../core/plan/identity.ts";
import { compareText } from "../../core/plan/order.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { HookRun } from "../engine/types.ts";

/** The actions in the order in which tables show them. */
export const actions = [
  "create",
  "adopt",
  "update",
  "replace",
  "delete",
  "release",
] as const satisfies readonly Action[];

/** The actions that a table has a column for: the rare ones only where they happen. */
export function shownActions(owners: readonly OwnerCounts[]): readonly Action[] {
  return actions.filter((action) => {
    return (action !== "adopt" && action !== "release") || owners.some(({ counts }) => counts[action] > 0);
  });
}

/** What a run would change or has changed. */
export interface ChangeSet {
  readonly changes: readonly ObjectChange[];
  /** How many objects of each owner stay as they are, where that is known. */
  readonly same?: ReadonlyMap<string, number>;
  /** Hooks that run; absent where nothing is run. */
  readonly hooks?: readonly HookRun[];
  /** Names of the applications whose health is waited for. */
  readonly waits?: readonly string[];
  /** Whether every object names its cluster. Default: if the changes touch several. */
  readonly withCluster?: boolean;
}

/** True if a run would do anything: change an object, run a hook, or wait for what an earlier run left unhealthy. */
export function hasWork({ changes, hooks = [], waits = [] }: ChangeSet): boolean {
  return changes.length + hooks.length + waits.length > 0;
}

/** Counts of one owner: an application, a tenant, a cluster or the environment itself. */
export interface OwnerCounts {
  /** As in `ObjectChange.owner`. */
  readonly owner: string;
  readonly counts: ChangeCounts;
}

/** Counts per owner: tenants and clusters before applications, then by name. Owners without objects and hooks do not appear. */
export function countByOwner(set: ChangeSet): readonly OwnerCounts[] {
  const owners = new Map<string, Record<keyof ChangeCounts, number>>();
  const countsOf = (owner: string): Record<keyof ChangeCounts, number> => {
    const known = owners.get(owner) ?? noCounts();
    owners.set(owner, known);
    return known;
  };
  for (const change of set.changes) countsOf(change.owner)[change.action] += 1;
  for (const { application } of set.hooks ?? []) countsOf(`application/${application}`);
  for (const [owner, same] of set.same ?? []) countsOf(owner).same += same;
  return [...owners]
    .map(([owner, counts]) => ({ owner, counts }))
    .sort((a, b) => rank(a.owner) - rank(b.owner) || compareText(a.owner, b.owner));
}

/** The sum of all owners. */
export function totalCounts(set: ChangeSet): ChangeCounts {
  const total = noCounts();
  for (const { counts } of countByOwner(set)) {
    for (const action of [...actions, "same"] as const) total[action] += counts[action];
  }
  return total;
}

/** `3 to create, 1 to delete`, or the empty string if nothing changes. */
function describeCounts(counts: ChangeCounts, tense: "future" | "past" = "future"): string {
  return actions
    .filter((action) => counts[action] > 0)
    .map((action) => `${counts[action]} ${tense === "past" ? pastActions[action] : `to ${action}`}`)
    .join(", ");
}

/** Like `describeCounts`, with the hooks: `3 to create, 1 hook to run`; the empty string if there is neither. */
export function describeWork(counts: ChangeCounts, hooks: readonly HookRun[], tense: "future" | "past"): string {
  const run = tense === "future" ? hooks : hooks.filter(({ state }) => state === "done");
  const many = `${run.length} ${run.length === 1 ? "hook" : "hooks"}${tense === "future" ? " to run" : " run"}`;
  return [describeCounts(counts, tense), ...(run.length === 0 ? [] : [many])].filter((text) => text !== "").join(", ");
}

/** The hooks of one owner: before its objects those that run before them, behind them the others. */
export interface OwnHooks {
  readonly before: readonly HookRun[];
  readonly after: readonly HookRun[];
}

/** Sorts the hooks of all owners once; the result tells those of each. */
export function hooksByOwner({ hooks = [] }: ChangeSet): (owner: string) => OwnHooks {
  const byOwner = Map.groupBy(hooks, ({ application }) => `application/${application}`);
  const isEarly = ({ phase }: HookRun): boolean => phase.startsWith("pre-");
  return (owner) => {
    const own = byOwner.get(owner) ?? [];
    return { before: own.filter(isEarly), after: own.filter((hook) => !isEarly(hook)) };
  };
}

/** `Job.batch shop/migrate`, with its cluster if the changes touch several. */
export function hookObject({ object }: HookRun, withCluster: boolean): string {
  const identity = parseResourceName(object);
  return identity === undefined ? object : objectName(identity, withCluster);
}

/** An owner as tables name it: applications by their bare name. */
export function ownerName(owner: string): string {
  return owner.replace(/^application\//, "");
}

/** `Deployment shop/storefront`, with its cluster if the changes touch several; hooks are marked as such. */
export function objectName(change: ObjectIdentity & Pick<ObjectChange, "hook">, withCluster: boolean): string {
  const name = change.namespace === undefined ? change.name : `${change.namespace}/${change.name}`;
  const hook = change.hook === undefined ? "" : ` (${change.hook} hook)`;
  return `${change.kind} ${name}${withCluster ? ` on ${change.cluster}` : ""}${hook}`;
}

/** What is said of an object that is adopted: `exists already, managed by Helm release shop/web so far`. */
export function adoptionText({ from }: ObjectChange): string {
  return from === undefined ? "exists already" : `exists already, managed by ${from} so far`;
}

/** True if the changes touch more than one cluster, so that each line has to name its own. */
export function severalClusters({ changes, hooks = [], withCluster }: ChangeSet): boolean {
  if (withCluster !== undefined) return withCluster;
  const ofHooks = hooks.flatMap(({ object }) => parseResourceName(object)?.cluster ?? []);
  return new Set([...changes.map((change) => change.cluster), ...ofHooks]).size > 1;
}

/** The same with one change for all clusters on which it is the same; its cluster then is the list of them. */
export function acrossClusters(set: ChangeSet): ChangeSet {
  const groups = Map.groupBy(set.changes, (change) => JSON.stringify({ ...change, cluster: "" }));
  const changes = [...groups.values()].flatMap(([first, ...others]): readonly ObjectChange[] => {
    if (first === undefined) return [];
    return [{ ...first, cluster: [first, ...others].map(({ cluster }) => cluster).join(", ") }];
  });
  return { ...set, changes, withCluster: severalClusters(set) };
}

function rank(owner: string): number {
  return ["environment", "cluster", "tenant", "application"].indexOf(owner.split("/", 1)[0] ?? "");
}

/** How many objects of each owner in `plan` none of `changes` touches. */
export function sameByOwner(plan: EnvironmentPlan, changes: readonly ObjectChange[]): ReadonlyMap<string, number> {
  const same = new Map<string, number>();
  for (const { name, objects } of plan.tenants) same.set(`tenant/${name}`, objects.length);
  for (const { name, objects } of plan.applications) same.set(`application/${name}`, objects.length);
  for (const { owner, action, hook } of changes) {
    const count = same.get(owner);
    const apart = action === "delete" || action === "release" || hook !== undefined;
    if (!apart && count !== undefined) same.set(owner, count - 1);
  }
  return same;
}
