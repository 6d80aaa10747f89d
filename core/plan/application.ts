import type { ApplicationSpec, EnvironmentSpec } from "../environment/spec.ts";
import type { Finding } from "../errors/finding.ts";
import { applyImages, type ImageOverrides } from "../manifest/images.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { skipPointlessWait } from "./awaiting.ts";
import { checkEngineWords } from "./check/engine-words.ts";
import { findingOf, describeOrigin, type Problem } from "./check/problem.ts";
import { checkReserved } from "./check/reserved.ts";
import { checkScope, placeObject, type ScopeRules } from "./check/scope.ts";
import { checkShape } from "./check/shape.ts";
import { checkSize } from "./check/size.ts";
import { holderOf, takenProblem, type Claims } from "./claims.ts";
import { hookEvent, hookWarning } from "./hooks.ts";
import { resourceName } from "./identity.ts";
import { compareObjects, compareText } from "./order.ts";
import { stampOwner } from "./ownership.ts";
import type { CustomKinds } from "./scope.ts";
import { checkSettings, stampPrune } from "./settings.ts";

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
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Manifest[];
  readonly findings: readonly Finding[];
  /** Image overrides that it does not use. */
  readonly unusedImages: readonly string[];
}

/** Image overrides, hooks, namespaces and owners of one application, with everything that is wrong with it. */
export function applicationObjects(input: ApplicationInput): ApplicationObjects {
  const { manifests, unused } = applyImages(input.manifests, input.images);
  const rules = scopeRules(input);
  const placed = manifests
    .map((manifest) => ({ ...manifest, object: placeObject(manifest.object, rules) }))
    .sort(compareManifests);
  const hooks = placed.filter(({ object }) => hookEvent(object) !== undefined);
  const objects = placed.filter(({ object }) => hookEvent(object) === undefined);
  const { environment, application } = { environment: input.spec.name, application: input.name };
  const stamped = objects.map(({ object, origin }) => ({
    object: skipPointlessWait(
      stampOwner(stampPrune(object, input.application), { environment, application, origin: origin.path }),
    ),
    origin,
  }));
  const problems = objects.flatMap((manifest) =>
    checkManifest(manifest, rules, input).map((problem) =>
      findingOf(input.name, manifest.object, manifest.origin, problem),
    ),
  );
  const tooLarge = stamped.flatMap(({ object, origin }) =>
    checkSize(object).map((problem) => findingOf(input.name, object, origin, problem)),
  );
  return {
    manifests: stamped,
    hooks,
    findings: [...problems, ...tooLarge, ...duplicates(input.name, objects), ...hookWarning(input.name, hooks)],
    unusedImages: unused,
  };
}

function scopeRules({ spec, application, customKinds }: ApplicationInput): ScopeRules {
  const tenant = spec.tenants[application.tenant];
  // The loader has resolved every reference of the document.
  if (tenant === undefined) throw new RangeError(`tenant ${application.tenant} is not in the environment`);
  return { name: application.tenant, tenant, namespace: application.namespace, customKinds };
}

function checkManifest({ object }: Manifest, rules: ScopeRules, input: ApplicationInput): readonly Problem[] {
  const holder = holderOf(input.claims, input.application.clusters, object);
  return [
    ...checkShape(object),
    ...checkReserved(object),
    ...checkSettings(object),
    ...checkEngineWords(object),
    // Allowing the kind, which a scope problem would suggest, does not help where the tenant holds the object.
    ...(holder === undefined ? checkScope(object, rules) : [takenProblem(holder)]),
  ];
}

/** Each object that an earlier manifest of the same application defines too. Expects the order of `compareManifests`. */
function duplicates(application: string, manifests: readonly Manifest[]): readonly Finding[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const key = resourceName("", manifest.object);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, manifest);
      return [];
    }
    return findingOf(application, manifest.object, manifest.origin, {
      code: "DUPLICATE_OBJECT",
      message: `it is defined twice, first in ${describeOrigin(earlier.origin)}.`,
      field: "metadata.name",
      fix: "Remove one of the two, or rename it.",
    });
  });
}

function compareManifests(left: Manifest, right: Manifest): number {
  return (
    compareObjects(left.object, right.object) ||
    compareText(left.origin.path, right.origin.path) ||
    (left.origin.document ?? 0) - (right.origin.document ?? 0) ||
    (left.origin.line ?? 0) - (right.origin.line ?? 0)
  );
}
