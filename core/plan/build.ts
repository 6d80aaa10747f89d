import path from "node:path";
import { findCycles } from "../environment/cycle.ts";
import { durationSeconds } from "../environment/duration.ts";
import { batchesOf } from "../environment/rollout.ts";
import type { ApplicationSpec, EnvironmentSpec } from "../environment/spec.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { canonicalJson, plainJson } from "../manifest/json.ts";
import type { ImageOverrides } from "../manifest/images.ts";
import { factsOf } from "../policy/facts-of.ts";
import { applicationObjects, tenantOf, type ApplicationObjects } from "./application.ts";
import { findingOf } from "./check/problem.ts";
import { checkSources } from "./check/sources.ts";
import { claim, takenProblem, type Claims } from "./claims.ts";
import { applicationDigest, digestOf, planDigest } from "./digest.ts";
import { hookPhases } from "./hooks/phase.ts";
import { foreignNeeds } from "./foreign-needs.ts";
import { compareText, dependencyOrder } from "./order.ts";
import { variantsOf } from "./override.ts";
import { planHooks, planObjects } from "./placed.ts";
import type { ApplicationPlan, EnvironmentPlan } from "./plan.ts";
import type { RenderedApplication } from "./render-all.ts";
import { customKinds, type CustomKinds } from "./scope.ts";
import { planTenants } from "./tenants.ts";

/** Everything that a plan is made of. */
export interface PlanInput {
  readonly spec: EnvironmentSpec;
  /** Where a path of the environment document is written. */
  readonly locate: (path: readonly string[]) => Place;
  /** The commit that was rendered: full id. */
  readonly revision: string;
  /** By application; one that is missing could not be rendered, and has no objects. */
  readonly rendered: ReadonlyMap<string, RenderedApplication>;
  readonly images: ImageOverrides;
  readonly policyPacks: EnvironmentPlan["policy"]["packs"];
}

/** An application on its way into the plan, as it is on clusters that are alike. */
interface Draft {
  readonly name: string;
  readonly application: ApplicationSpec;
  /** Image overrides that only these clusters have. */
  readonly images: ImageOverrides;
  readonly objects: ApplicationObjects;
}

/**
 * Makes the plan of an environment: pure, and the same for the same input in whatever order. Nothing is thrown; a plan
 * whose findings hold errors must not be carried out.
 */
export function buildPlan(input: PlanInput): { readonly plan: EnvironmentPlan; readonly findings: readonly Finding[] } {
  const { spec } = input;
  const claims: Claims = new Map();
  const all = [...input.rendered.values()].flatMap((each) => each.variants ?? [each]);
  const kinds = customKinds(all.flatMap(({ manifests }) => manifests));
  const { tenants, findings: tenantFindings } = planTenants({ ...input, customKinds: kinds }, claims);
  const { drafts, findings: orderFindings } = draftApplications(input, kinds, claims);
  const deployers = new Map(tenants.map(({ name, deployer }) => [name, deployer?.user]));
  const plan = {
    environment: spec.name,
    revision: input.revision,
    clusters: Object.entries(spec.clusters)
      .map(([name, cluster]) => ({ name, spec: cluster }))
      .sort((left, right) => compareText(left.name, right.name)),
    tenants,
    applications: [...Map.groupBy(drafts, ({ name }) => name)].flatMap(([name, own]) => {
      const application = spec.applications[name];
      return application === undefined ? [] : [planApplication(name, application, own, deployers, input)];
    }),
    policy: { packs: input.policyPacks, settings: settingsDigest(spec), config: spec.policy.config },
    healthChecks: spec.healthChecks,
  };
  const findings = [
    ...tenantFindings,
    ...orderFindings,
    ...once(
      drafts.flatMap((draft) => [
        ...sourceFindings(draft, input),
        ...draft.objects.findings,
        ...emptyFinding(draft, input),
        ...claimObjects(draft, claims),
      ]),
    ),
    ...once(foreignNeeds(drafts, new Set(spec.addons))),
    ...unusedImages(drafts, input),
    ...once(drafts.flatMap((draft) => unusedOwnImages(draft, input))),
  ];
  return { plan: { ...plan, digest: planDigest(plan) }, findings };
}

/** Applications in dependency order. `claims` holds what belongs to tenants, and is only read. */
function draftApplications(
  input: PlanInput,
  kinds: CustomKinds,
  claims: Claims,
): { readonly drafts: readonly Draft[]; readonly findings: readonly Finding[] } {
  const { spec, rendered, images } = input;
  const applications = new Map(Object.entries(spec.applications));
  const edges = new Map([...applications].map(([name, { dependsOn }]) => [name, dependsOn]));
  const { order: byNeed, cyclic } = dependencyOrder(edges);
  // They depend on nothing but each other.
  const addons = new Set(spec.addons);
  const order = [...byNeed.filter((name) => addons.has(name)), ...byNeed.filter((name) => !addons.has(name))];
  const drafts = [...order, ...cyclic].flatMap((name): readonly Draft[] => {
    const application = applications.get(name);
    if (application === undefined) return [];
    const result = rendered.get(name);
    return variantsOf(application, spec.clusters).map((variant, at): Draft => {
      const manifests = (result?.variants?.[at] ?? result)?.manifests ?? [];
      const own = { name, spec, application: variant.application, manifests };
      const objects = applicationObjects({
        ...{ ...own, customKinds: kinds, claims },
        images: { ...images, ...variant.images },
      });
      return { name, application: variant.application, images: variant.images, objects };
    });
  });
  const findings = findCycles(edges).map((cycle): Finding => ({
    code: "DEPENDENCY_CYCLE",
    severity: "error",
    message: `Applications wait for each other: ${[...cycle, cycle[0] ?? ""].join(" → ")}.`,
    place: input.locate(["applications", cycle[0] ?? "", "dependsOn"]),
    fix: "Remove one of these dependencies.",
  }));
  return { drafts, findings };
}

function planApplication(
  name: string,
  application: ApplicationSpec,
  drafts: readonly Draft[],
  deployers: ReadonlyMap<string, string | undefined>,
  input: PlanInput,
): ApplicationPlan {
  const clusters = [...application.clusters].sort(compareText);
  const madeBy = input.spec.members[name];
  const deployer = deployers.get(application.tenant);
  const placed = drafts.map((draft) => {
    const own = [...draft.application.clusters].sort(compareText);
    const { objects, hooks } = draft.objects;
    return { objects: planObjects(objects, own, draft.application), hooks: planHooks(hooks, own) };
  });
  const content = {
    objects: together(
      placed.map(({ objects }) => objects),
      byWaveAndCluster,
    ),
    hooks: together(
      placed.map(({ hooks }) => hooks),
      (left, right) =>
        hookPhases.indexOf(left.phase) - hookPhases.indexOf(right.phase) || byWaveAndCluster(left, right),
    ),
  };
  const timeouts = timeoutsOf(application, drafts);
  const rollout = input.spec.addons.includes(name) ? [] : batchesOf(application.rollout, input.spec.clusters, clusters);
  return {
    name,
    tenant: application.tenant,
    ...(deployer === undefined ? {} : { deployer }),
    ...(madeBy === undefined ? {} : { madeBy }),
    clusters,
    ...(input.spec.addons.includes(name) ? { addon: true } : {}),
    dependsOn: [...application.dependsOn].sort(compareText),
    renderer: input.rendered.get(name)?.renderer ?? "manifests",
    path: path.posix.join(input.spec.source.path, application.path),
    timeoutSeconds: durationSeconds(application.health.timeout),
    ...(timeouts.size === 0 ? {} : { timeouts: Object.fromEntries(timeouts) }),
    ...(rollout.length < 2 ? {} : { rollout }),
    digest: applicationDigest(content),
    ...content,
  };
}

/** Clusters that are alike are in order already. */
function together<Item>(
  parts: readonly (readonly Item[])[],
  compare: (left: Item, right: Item) => number,
): readonly Item[] {
  const [only = [], ...others] = parts;
  return others.length === 0 ? only : parts.flat().sort(compare);
}

interface Placed {
  readonly wave: number;
  readonly cluster: string;
}

function byWaveAndCluster(left: Placed, right: Placed): number {
  return left.wave - right.wave || compareText(left.cluster, right.cluster);
}

/** Seconds on clusters where they are not those of the application. */
function timeoutsOf({ health }: ApplicationSpec, drafts: readonly Draft[]): ReadonlyMap<string, number> {
  const others = drafts.filter(({ application }) => application.health.timeout !== health.timeout);
  return new Map(
    others.flatMap(({ application }) =>
      application.clusters.map((cluster) => [cluster, durationSeconds(application.health.timeout)] as const),
    ),
  );
}

/** What is wrong on clusters that differ is mostly the same. */
function once(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

/** See `PolicyPlan.settings`. */
function settingsDigest(spec: PlanInput["spec"]): string {
  const { preset, exceptions, waivable } = spec.policy;
  return digestOf(canonicalJson(plainJson({ preset, exceptions, waivable, environment: factsOf(spec) })));
}

function claimObjects({ name, application, objects }: Draft, claims: Claims): readonly Finding[] {
  return [...objects.objects, ...objects.hooks].flatMap(({ object, origin }) => {
    const taken = claim(claims, application.clusters, object, { application: name, origin });
    // What tenants hold and what stands twice in one application has been reported already.
    if (taken === undefined || "tenant" in taken || taken.application === name) return [];
    return [findingOf(name, object, origin, takenProblem(taken))];
  });
}

function sourceFindings({ name, application }: Draft, { spec, rendered, locate }: PlanInput): readonly Finding[] {
  const files = rendered.get(name)?.files ?? [];
  const { tenant } = tenantOf({ spec, application });
  return checkSources({ name, application, tenant, source: spec.source, files, locate });
}

/** Nothing rendered is a mistake in the source, never a wish to have nothing. */
function emptyFinding({ name, objects }: Draft, input: PlanInput): readonly Finding[] {
  if (objects.objects.length > 0 || !input.rendered.has(name)) return [];
  const what = objects.hooks.length > 0 ? "nothing but hooks" : "no objects at all";
  return [
    {
      code: "RENDER_FAILED",
      severity: "error",
      message: `Application "${name}" renders ${what}.`,
      place: input.locate(["applications", name, "path"]),
      fix: "Correct its path, or remove the application from the environment.",
    },
  ];
}

function unusedOwnImages({ name, images, objects }: Draft, { locate }: PlanInput): readonly Finding[] {
  const unused = Object.keys(images).filter((image) => objects.unusedImages.includes(image));
  return unused.sort(compareText).map((image) => ({
    code: "IMAGE_UNUSED",
    severity: "warning",
    message: `No manifest of application ${quote(name)} uses the image ${quote(image)} of its overrides.`,
    place: locate(["applications", name, "overrides"]),
    fix: "Remove it, or write its name as the manifests do, without a tag.",
  }));
}

function unusedImages(drafts: readonly Draft[], { spec, images }: PlanInput): readonly Finding[] {
  const uses = new Map(Object.keys(images).map((name) => [name, drafts.length]));
  for (const { objects } of drafts) {
    for (const name of objects.unusedImages) {
      const count = uses.get(name);
      if (count !== undefined) uses.set(name, count - 1);
    }
  }
  const file = path.posix.join(spec.source.path, spec.source.images ?? ".");
  const unused = [...uses].filter(([, count]) => count === 0).map(([name]) => name);
  return unused.sort(compareText).map((name) => ({
    code: "IMAGE_UNUSED",
    severity: "warning",
    message: `No application uses the image ${quote(name)}.`,
    place: { file, field: `images[${quote(name)}]` },
    fix: "Remove it, or write its name as the manifests do, without a tag.",
  }));
}
