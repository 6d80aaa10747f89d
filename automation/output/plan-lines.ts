import type { Batch } from "../../core/environment/rollout.ts";
import { kindGroup, namespaceOf } from "../../core/manifest/manifest.ts";
import type { ApplicationPlan, EnvironmentPlan, PlannedHook, PlannedObject } from "../../core/plan/plan.ts";
import { addonsBefore } from "../../core/plan/addons.ts";
import { durationTitle } from "../../core/plan/titles.ts";
import { columns } from "./columns.ts";
import { span, type Line } from "./line.ts";
import { memberText, originText, shortDigest, shortRevision } from "./text.ts";

/** What a plan is printed as: a table of its applications, then the objects of each owner in the order of a delivery. */
export function planLines(plan: EnvironmentPlan): Line[] {
  return [
    [span("strong", plan.environment), ` at ${shortRevision(plan.revision)}  plan ${shortDigest(plan.digest)}`],
    [],
    ...columns([
      ["application", "tenant", "renderer", "objects", "clusters", "path"].map((text): Line => [span("faint", text)]),
      ...plan.applications.map(({ name, tenant, renderer, objects, clusters, path, madeBy }): Line[] => [
        [name],
        [tenant],
        [renderer],
        [`${objects.length}`],
        [clusters.join(", ")],
        [path],
        madeBy === undefined ? [] : [span("faint", memberText(madeBy))],
      ]),
    ]),
    ...plan.tenants.flatMap(({ name, objects }) => [
      [],
      [span("strong", `tenant/${name}`)],
      ...stageLines([{ title: "", items: objects }]),
    ]),
    ...plan.applications.flatMap((application) => [
      [],
      applicationLine(application, plan.applications),
      ...stageLines(deliveryStages(application)),
    ]),
  ];
}

/** A step of a delivery, such as `wave 0` or `pre-deploy hooks`. */
export interface Stage {
  readonly title: string;
  readonly items: readonly (PlannedObject | PlannedHook)[];
}

/** The steps of an application's delivery in their order, those that only a failure or a deletion brings last. */
export function deliveryStages({ objects, hooks }: Pick<ApplicationPlan, "objects" | "hooks">): readonly Stage[] {
  const before = hooks.filter(({ phase }) => phase === "pre-deploy");
  const after = hooks.filter(({ phase }) => phase !== "pre-deploy");
  return [...hookStages(before), ...grouped(objects, ({ wave }) => `wave ${wave}`), ...hookStages(after)];
}

/** What a person reads of an object, without where it came from: `Deployment.apps shop/web on eu`. */
export function objectText({ cluster, object }: Pick<PlannedObject, "cluster" | "object">): string {
  const namespace = namespaceOf(object);
  const name = namespace === undefined ? object.metadata.name : `${namespace}/${object.metadata.name}`;
  return `${kindGroup(object)} ${name} on ${cluster}`;
}

function hookStages(hooks: readonly PlannedHook[]): readonly Stage[] {
  return grouped(hooks, ({ phase, wave }) => `${phase} hooks${wave === 0 ? "" : `, wave ${wave}`}`);
}

function grouped<T extends PlannedObject | PlannedHook>(items: readonly T[], title: (item: T) => string): Stage[] {
  return [...Map.groupBy(items, title)].map(([name, group]) => ({ title: name, items: group }));
}

function applicationLine(application: ApplicationPlan, all: readonly ApplicationPlan[]): Line {
  const { name, dependsOn, addon, rollout = [] } = application;
  const addons = addonsBefore(application, all);
  const notes = [
    ...(addon === true ? ["add-on"] : []),
    ...(dependsOn.length === 0 ? [] : [`waits for ${dependsOn.join(", ")}`]),
    ...(addons.length === 0 ? [] : [`waits for the add-ons ${addons.join(", ")}`]),
    ...(rollout.length === 0 ? [] : [`cluster by cluster: ${rolloutText(rollout)}`]),
  ];
  return [span("strong", name), ...(notes.length === 0 ? [] : [span("faint", `  ${notes.join("; ")}`)])];
}

/** The steps of a rollout in their order: `canary (healthy for 10m), then eu and us`. */
export function rolloutText(rollout: readonly Batch[]): string {
  return rollout
    .map(({ clusters, pauseSeconds }) => {
      const names = clusters.join(" and ");
      return pauseSeconds === undefined ? names : `${names} (healthy for ${durationTitle(pauseSeconds)})`;
    })
    .join(", then ");
}

/** A single wave needs no title. */
function stageLines(stages: readonly Stage[]): Line[] {
  const titled = stages.length > 1;
  const indent = titled ? "    " : "  ";
  const rows = columns(
    stages.flatMap(({ items }) =>
      items.map((item): Line[] => [[`${indent}${objectText(item)}`], [span("faint", originText(item.origin))]]),
    ),
  );
  if (!titled) return rows;
  const lines = rows[Symbol.iterator]();
  return stages.flatMap(({ title, items }) => [
    [span("faint", `  ${title}`)],
    ...items.map((): Line => lines.next().value ?? []),
  ]);
}
