import type { ApplicationSpec, EnvironmentSpec, TenantSpec } from "../environment/spec.ts";
import type { Finding } from "../errors/finding.ts";
import { applyImages, type ImageOverrides } from "../manifest/images.ts";
import type { KubernetesObject, Manifest } from "../manifest/manifest.ts";
import { checkBinding, type BindingRules } from "./check/binding.ts";
import { checkDeployerAccount } from "./check/deployer-account.ts";
import { checkEngineWords } from "./check/engine-words.ts";
import { checkForeign, type ForeignNamespaces } from "./check/foreign.ts";
import { checkNetworkPolicy, type NetworkRules } from "./check/network-policy.ts";
import { findingOf, type Problem } from "./check/problem.ts";
import { checkReserved } from "./check/reserved.ts";
import { checkScope, placeObject, type ScopeRules } from "./check/scope.ts";
import { checkShape } from "./check/shape.ts";
import { checkSize } from "./check/size.ts";
import { holderOf, takenProblem, type Claims } from "./claims.ts";
import { duplicates } from "./duplicates.ts";
import { readHook } from "./hooks/read.ts";
import { ignoredHooks } from "./hooks/warning.ts";
import { compareObjects, compareText } from "./order.ts";
import { stampHook, stampOwner } from "./ownership.ts";
import type { PlacedManifest } from "./placed.ts";
import type { CustomKinds } from "./scope.ts";
import { checkSettings, stampPrune } from "./settings.ts";
import { settleWaves } from "./settle-waves.ts";
import { readWave } from "./wave.ts";

/** What the objects of one application are made from and measured against. */
export interface ApplicationInput {
  readonly name: string;
  readonly spec: EnvironmentSpec;
  readonly application: ApplicationSpec;
  /** As rendered, in any order. */
  readonly manifests: readonly Manifest[];
  readonly images: ImageOverrides;
  readonly customKinds: CustomKinds;
  /** Objects that tenants hold. */
  readonly claims: Claims;
}

/** The objects of an application, the same for each of its clusters, ready to be applied and in order. */
export interface ApplicationObjects {
  readonly objects: readonly PlacedManifest[];
  readonly hooks: readonly PlacedManifest[];
  readonly findings: readonly Finding[];
  /** Image overrides that it does not use. */
  readonly unusedImages: readonly string[];
}

/** Image overrides, waves, hooks, namespaces and owners of one application, with everything that is wrong with it. */
export function applicationObjects(input: ApplicationInput): ApplicationObjects {
  const { manifests, unused } = applyImages(input.manifests, input.images);
  const rules = scopeRules(input);
  const foreign = foreignNamespaces(input);
  const rights: BindingRules & NetworkRules = { ...tenantOf(input), shared: sharedNamespaces(input), foreign };
  const settled = settleWaves(input.name, manifests.map((manifest) => place(manifest, rules)).sort(comparePlaced));
  const all = [...settled.manifests].sort(comparePlaced);
  const kept = all.filter(({ hook }) => hook.kind !== "ignored");
  const stamped = kept.map((placed) => ({ ...placed, object: stamp(placed, input) }));
  const find = (placed: PlacedManifest, problems: readonly Problem[]): readonly Finding[] =>
    problems.map((problem) => findingOf(input.name, placed.object, placed.origin, problem));
  return {
    objects: stamped.filter(({ hook }) => hook.kind === "object"),
    hooks: stamped.filter(({ hook }) => hook.kind === "hook"),
    findings: [
      ...all.flatMap((placed) => find(placed, placed.problems)),
      ...kept.flatMap((placed) => find(placed, checkManifest(placed, rules, input))),
      ...kept.flatMap((placed) => find(placed, checkForeign(placed.object, foreign))),
      ...kept.flatMap((placed) => find(placed, checkDeployerAccount(placed.object, rights.tenant))),
      ...kept.flatMap((placed) => find(placed, checkBinding(placed.object, rights))),
      ...kept.flatMap((placed) => find(placed, checkNetworkPolicy(placed.object, rights))),
      ...stamped.flatMap((placed) => find(placed, checkSize(placed.object))),
      ...duplicates(input.name, kept),
      ...settled.findings,
      ...ignoredHooks(input.name, all),
    ],
    unusedImages: unused,
  };
}

function place({ object, origin }: Manifest, rules: ScopeRules): PlacedManifest {
  const hook = readHook(object);
  const { wave, explicit, problems } = readWave(object, hook.kind === "hook");
  return {
    object: placeObject(object, rules),
    origin,
    hook,
    wave,
    explicitWave: explicit,
    problems: [...problems, ...hook.problems],
  };
}

function stamp({ object, origin, hook }: PlacedManifest, input: ApplicationInput): KubernetesObject {
  const owner = { environment: input.spec.name, application: input.name, origin: origin.path };
  if (hook.kind === "hook") return stampHook(stampOwner(object, owner), hook.phases);
  return stampOwner(stampPrune(object, input.application), owner);
}

/** The tenant of the application, with its name. */
export function tenantOf({ spec, application }: Pick<ApplicationInput, "spec" | "application">): {
  readonly name: string;
  readonly tenant: TenantSpec;
} {
  const tenant = spec.tenants[application.tenant];
  // The loader has resolved every reference of the document.
  if (tenant === undefined) throw new RangeError(`tenant ${application.tenant} is not in the environment`);
  return { name: application.tenant, tenant };
}

function scopeRules(input: ApplicationInput): ScopeRules {
  const { application, customKinds } = input;
  return { ...tenantOf(input), namespace: application.namespace, customKinds };
}

/** Namespaces of tenants that share what they have with that of the application. */
function sharedNamespaces({ spec, application }: ApplicationInput): ReadonlySet<string> {
  const others = Object.values(spec.tenants).filter((tenant) => sharesWith(tenant, application.tenant));
  return new Set(others.flatMap(({ namespaces }) => namespaces));
}

/** True for a tenant whose namespaces and applications another may refer to. */
function sharesWith({ sharedWith }: TenantSpec, other: string): boolean {
  return sharedWith.includes("*") || sharedWith.includes(other);
}

/** What belongs to tenants that are where the application is, and do not share it with its own. */
function foreignNamespaces({ spec, application }: ApplicationInput): ForeignNamespaces {
  const others = Object.entries(spec.tenants).filter(
    ([name, tenant]) =>
      name !== application.tenant &&
      !sharesWith(tenant, application.tenant) &&
      tenant.clusters.some((cluster) => application.clusters.includes(cluster)),
  );
  const own = spec.tenants[application.tenant]?.namespaces ?? [];
  return new Map(
    others.flatMap(([name, { namespaces }]) =>
      namespaces.filter((each) => !own.includes(each)).map((each): [string, string] => [each, name]),
    ),
  );
}

function checkManifest({ object }: Manifest, rules: ScopeRules, input: ApplicationInput): readonly Problem[] {
  const holder = holderOf(input.claims, input.application.clusters, object);
  return [
    ...checkShape(object),
    ...checkReserved(object),
    ...checkSettings(object, input.application),
    ...checkEngineWords(object),
    // Allowing the kind, which a scope problem would suggest, does not help where the tenant holds the object.
    ...(holder === undefined ? checkScope(object, rules) : [takenProblem(holder)]),
  ];
}

function comparePlaced(left: PlacedManifest, right: PlacedManifest): number {
  return (
    left.wave - right.wave ||
    compareObjects(left.object, right.object) ||
    compareText(left.origin.path, right.origin.path) ||
    (left.origin.document ?? 0) - (right.origin.document ?? 0) ||
    (left.origin.line ?? 0) - (right.origin.line ?? 0)
  );
}
