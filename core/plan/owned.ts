import type { EnvironmentSpec } from "../environment/spec.ts";
import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { hookAnnotation, managedBy, ownerAnnotations } from "./ownership.ts";
import { objectSettings } from "./settings.ts";

/** Names under which objects have been applied: today's, and how the provider's own ones begin. */
const managers = /^(?:driftless$|pulumi-kubernetes)/;

/** True for a field manager under which we apply. */
export function isOurManager(manager: string): boolean {
  return managers.test(manager);
}

/** What an environment's document names: `application/<name>`, `tenant/<name>`. */
export function ownersOf({
  applications,
  tenants,
}: Pick<EnvironmentSpec, "applications" | "tenants">): readonly string[] {
  return [
    ...Object.keys(tenants).map((name) => `tenant/${name}`),
    ...Object.keys(applications).map((name) => `application/${name}`),
  ];
}

/** Owner that the annotations of a live object name: `application/<name>` or `tenant/<name>`. */
export function ownerOf(object: KubernetesObject): string | undefined {
  const annotations = record(object.metadata["annotations"]);
  const [application, tenant] = [annotations[ownerAnnotations.application], annotations[ownerAnnotations.tenant]];
  if (typeof application === "string") return `application/${application}`;
  return typeof tenant === "string" ? `tenant/${tenant}` : undefined;
}

/**
 * True for a live object that a run of this environment made and that goes when nothing wants it any more. Metadata is
 * copied: by controllers onto what they make for an object (ReplicaSets, Pods, slices of endpoints), by people from one
 * object to another. So the annotation counts only where it was applied by us, and not on what a controller owns. Hooks
 * are no resources, and what is never pruned was left behind on purpose.
 */
export function isOwned(environment: string, object: KubernetesObject): boolean {
  return claims(environment, object) && entries(object.metadata["managedFields"]).some(appliedByUs);
}

/** True for a live object that a run of this environment has applied, hooks and what is never pruned included. */
export function isApplied(environment: string, object: KubernetesObject): boolean {
  return isMarked(environment, object) && entries(object.metadata["managedFields"]).some(appliedByUs);
}

/** True for a live object that says that it is one of this environment, whoever wrote that on it: no hook, not kept. */
export function claims(environment: string, object: KubernetesObject): boolean {
  return (
    isMarked(environment, object) &&
    record(object.metadata["annotations"])[hookAnnotation] === undefined &&
    object.metadata["deletionTimestamp"] === undefined &&
    objectSettings(object).prune !== "disabled"
  );
}

/** True for one that carries our metadata, and that no controller has made for another object. */
function isMarked(environment: string, { metadata }: KubernetesObject): boolean {
  const { labels, annotations, ownerReferences } = metadata;
  return (
    record(labels)[managedBy.label] === managedBy.value &&
    record(annotations)[ownerAnnotations.environment] === environment &&
    !entries(ownerReferences).some(({ controller }) => controller === true)
  );
}

function appliedByUs({ manager, operation, fieldsV1 }: JsonObject): boolean {
  const annotations = record(record(record(fieldsV1)["f:metadata"])["f:annotations"]);
  return (
    operation === "Apply" &&
    typeof manager === "string" &&
    isOurManager(manager) &&
    annotations[`f:${ownerAnnotations.environment}`] !== undefined
  );
}

function entries(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.map(record) : [];
}
