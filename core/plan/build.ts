import path from "node:path";
import { findCycles } from "../environment/cycle.ts";
import { durationSeconds } from "../environment/duration.ts";
import type { ApplicationSpec, EnvironmentSpec } from "../environment/spec.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { canonicalJson, plainJson } from "../manifest/json.ts";
import type { ImageOverrides } from "../manifest/images.ts";
import { factsOf } from "../policy/facts-of.ts";
import type { RenderResult } from "../render/renderer.ts";
import { applicationObjects, type ApplicationObjects } from "./application.ts";
import { findingOf } from "./check/problem.ts";
import { claim, takenProblem, type Claims } from "./claims.ts";
import { applicationDigest, digestOf, planDigest } from "./digest.ts";
import { foreignNeeds } from "./foreign-needs.ts";
import { compareText, dependencyOrder } from "./order.ts";
import { planHooks, planObjects } from "./placed.ts";
import type { ApplicationPlan, EnvironmentPlan } from "./plan.ts";
import { customKinds, type CustomKinds } from "./scope.ts";
import { planTenants } from "./tenants.ts";

/** Everything that a plan is made of. */
export interface PlanInput {
  readonly spec: EnvironmentSpec;
  /** Where a path of the environment document is written. */
  readonly locate: (path: readonly string[]) => Place;
  /** The commit that was rendered: full id. */
  readonly revision: string;
  /** By application; each application of the environment has one. */
  readonly rendered: ReadonlyMap<string, RenderResult>;
  readonly images: ImageOverrides;
  readonly policyPacks: EnvironmentPlan["policy"]["packs"];
}

/** An application on its way into the plan. */
interface Draft {
  readonly name: string;
  readonly application: ApplicationSpec;
  readonly objects: ApplicationObjects;
}

/**
 * Makes the plan of an environment: pure, and the same for the same input in whatever order. Nothing is thrown; a plan
 * whose findings hold errors must not be carried out.
 */
export function buildPlan(input: PlanInput): { readonly plan: EnvironmentPlan; readonly findings: readonly Finding[] } {
  const { spec } = input;
  const claims: Claims = new Map();
  const kinds = customKinds([...input.rendered.values()].flatMap(({ manifests }) => manifests));
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
    applications: drafts.map((draft) => planApplication(draft, deployers.get(draft.application.tenant), input)),
    policy: { packs: input.policyPacks, settings: settingsDigest(spec), config: spec.policy.config },
    healthChecks: spec.healthChecks,
  };
  const findings = [
    ...tenantFindings,
    ...orderFindings,
    ...drafts.flatMap((draft) => [
      ...draft.objects.findings,
      ...emptyFinding(draft, input),
      ...claimObjects(draft, claims),
    ]),
    ...foreignNeeds(drafts),
    ...unusedImages(drafts, input),
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
  const { order, cyclic } = dependencyOrder(edges);
  const drafts = [...order, ...cyclic].flatMap((name): readonly Draft[] => {
    const application = applications.get(name);
    if (application === undefined) return [];
    const manifests = rendered.get(name)?.manifests ?? [];
    const objects = applicationObjects({ name, spec, application, manifests, images, customKinds: kinds, claims });
    return [{ name, application, objects }];
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
  { name, application, objects }: Draft,
  deployer: string | undefined,
  input: PlanInput,
): ApplicationPlan {
  const clusters = [...application.clusters].sort(compareText);
  const madeBy = input.spec.members[name];
  const content = {
    objects: planObjects(objects.objects, clusters, application),
    hooks: planHooks(objects.hooks, clusters),
  };
  return {
    name,
    tenant: application.tenant,
    ...(deployer === undefined ? {} : { deployer }),
    ...(madeBy === undefined ? {} : { madeBy }),
    clusters,
    dependsOn: [...application.dependsOn].sort(compareText),
    renderer: input.rendered.get(name)?.renderer ?? "manifests",
    path: path.posix.join(input.spec.source.path, application.path),
    timeoutSeconds: durationSeconds(application.health.timeout),
    digest: applicationDigest(content),
    ...content,
  };
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

/** Nothing rendered is a mistake in the source, never a wish to have nothing. */
function emptyFinding({ name, objects }: Draft, input: PlanInput): readonly Finding[] {
  if (objects.objects.length > 0) return [];
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

function unusedImages(drafts: readonly Draft[], { spec, images }: PlanInput): readonly Finding[] {
  const uses = new Map(Object.keys(images).map((name) => [name, drafts.length]));
  for (const { objects } of drafts) {
    for (const name of objects.unusedImages) uses.set(name, (uses.get(name) ?? 0) - 1);
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
