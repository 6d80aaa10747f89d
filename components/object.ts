import {
  CustomResource,
  secret,
  type CustomResourceOptions,
  type Inputs,
  type ProviderResource,
  type Resource,
} from "@pulumi/pulumi";
import type { KubernetesObject } from "../core/manifest/manifest.ts";
import { aliasTypes, resourceType } from "../core/plan/identity.ts";
import type { PlannedObject } from "../core/plan/plan.ts";
import type { DeletionGuard } from "./deletion-guard.ts";
import type { Ledger } from "./ledger.ts";
import { createInOrder } from "./prerequisites.ts";
import { propertyPath } from "./property-path.ts";
import { withProviderAnnotations } from "./provider-annotations.ts";
import type { StillGuard } from "./still.ts";
import { timeoutsOf } from "./timeouts.ts";

/** The Kubernetes provider of each cluster, by the cluster's name. */
export type Providers = ReadonlyMap<string, ProviderResource>;

/** What the objects of one owner have in common. */
export interface ObjectsArgs {
  /** Every object is planned for one of these clusters. */
  readonly providers: Providers;
  /** What must be there before any of them. */
  readonly after: readonly Resource[];
  /** What must be there before any of them on a cluster as well. Default: nothing. */
  readonly afterOn?: ReadonlyMap<string, Resource>;
  /** Seconds that one object may take to become ready, or to go. */
  readonly timeoutSeconds: number;
  /** Where each object is noted. */
  readonly ledger: Ledger;
  /** Asked before any of them is deleted. */
  readonly guard: DeletionGuard;
  /** Asked before any of them changes on a cluster that `stillOn` names. */
  readonly still: StillGuard;
  /** Clusters on which none of them may change in this run. Default: none. */
  readonly stillOn?: ReadonlySet<string>;
}

/** Creates one resource per object, each after the namespace and the custom kind that it needs among them. */
export function createObjects(
  parent: Resource,
  objects: readonly PlannedObject[],
  args: ObjectsArgs,
): readonly Resource[] {
  return createInOrder(objects, (planned, first) => {
    const still = args.stillOn?.has(planned.cluster) === true;
    const carried = args.afterOn?.get(planned.cluster);
    const after = carried === undefined ? args.after : [...args.after, carried];
    args.ledger.addObject(planned.resourceName, after, still);
    return createObject(planned, {
      parent,
      provider: providerOf(planned, args.providers),
      dependsOn: [...after, ...first],
      customTimeouts: timeoutsOf(planned.object, args.timeoutSeconds),
      hooks: { ...args.guard.hooksOf(planned.object), ...(still ? args.still.ofObjects : {}) },
      retainOnDelete: args.guard.keeps(planned.settings),
    });
  });
}

const secretFields = ["data", "stringData"] as const;

/** An object of any kind: what Git holds has no class. */
class LiveObject extends CustomResource {}

function createObject(planned: PlannedObject, options: CustomResourceOptions): Resource {
  const { object, resourceName, settings } = planned;
  const type = resourceType(object);
  return new LiveObject(type, resourceName, secretive(withProviderAnnotations(planned)), {
    ...options,
    ignoreChanges: settings.ignore.map((pointer) => propertyPath(pointer, object)),
    aliases: aliasTypes(type).map((alias) => ({ type: alias })),
    // Names are fixed, so old and new cannot exist side by side.
    deleteBeforeReplace: true,
    ...(isSecret(object) ? { additionalSecretOutputs: [...secretFields] } : {}),
  });
}

/** The object as resource inputs. What a Secret holds is encrypted in the state and hidden in every output. */
export function secretive(object: KubernetesObject): Inputs {
  if (!isSecret(object)) return object;
  const hidden = secretFields.filter((field) => object[field] !== undefined);
  return { ...object, ...Object.fromEntries(hidden.map((field) => [field, secret<unknown>(object[field])])) };
}

function isSecret(object: KubernetesObject): boolean {
  return object.apiVersion === "v1" && object.kind === "Secret";
}

function providerOf({ cluster, resourceName }: PlannedObject, providers: Providers): ProviderResource {
  const provider = providers.get(cluster);
  if (provider === undefined) throw new Error(`no provider for cluster ${cluster} of ${resourceName}`);
  return provider;
}
