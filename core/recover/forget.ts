import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { cloudOfUrn } from "../plan/cloud.ts";
import { componentTypes, objectOfUrn, ownerOfUrn, parseUrn } from "../plan/identity.ts";
import { ownerOfStep, parseStepName, stepType } from "../plan/step-name.ts";

/**
 * The deployment without anything that was on these clusters, as if nothing had ever been made there: their objects and
 * hooks, and the gates of whoever had some, which have to be passed again. Everything else stays as it is, and refers to
 * nothing that is gone.
 * @param gone Those of them that AWS does not have any more: what is in an EKS cluster went with it, and the one that is made
 * instead may have another identity. What is around it, such as its VPC, stays.
 */
export function withoutClusters(
  deployment: JsonObject,
  clusters: ReadonlySet<string>,
  gone: ReadonlySet<string> = new Set(),
): JsonObject {
  const resources = entries(deployment["resources"]);
  const owners = new Set(resources.flatMap((entry) => ownerOn(entry, clusters)));
  const isOut = (entry: JsonObject): boolean => isIn(urnOf(entry), gone) || isGone(entry, clusters, owners);
  const out = new Set(resources.filter(isOut).map(urnOf));
  const pending = entries(deployment["pending_operations"]);
  return {
    ...deployment,
    resources: resources
      .filter((entry) => !out.has(urnOf(entry)))
      .map((entry) => withoutIdentity(withoutReferences(entry, out), gone)),
    ...(pending.length === 0 ? {} : { pending_operations: pending.filter((each) => !isOut(record(each["resource"]))) }),
  };
}

/** True for an EKS cluster and what is in it: node groups, add-ons, access entries and so on. */
function isIn(urn: string, clusters: ReadonlySet<string>): boolean {
  const part = cloudOfUrn(urn);
  return part !== undefined && clusters.has(part.cluster) && part.kind.endsWith(".eks.aws");
}

function withoutIdentity(entry: JsonObject, clusters: ReadonlySet<string>): JsonObject {
  const parsed = parseUrn(urnOf(entry));
  if (parsed?.type !== componentTypes.cluster || !clusters.has(parsed.name)) return entry;
  const outputs = Object.entries(record(entry["outputs"])).filter(([name]) => name !== "uid");
  return { ...entry, outputs: Object.fromEntries(outputs) };
}

/** Whoever has an object or a hook on one of the clusters. */
function ownerOn(entry: JsonObject, clusters: ReadonlySet<string>): readonly string[] {
  const urn = urnOf(entry);
  const object = objectOfUrn(urn);
  if (object !== undefined) {
    const { parent } = entry;
    const owner = clusters.has(object.cluster) && typeof parent === "string" ? ownerOfUrn(parent) : undefined;
    return owner === undefined ? [] : [owner];
  }
  const step = stepOf(urn);
  return step?.kind === "hook" && clusters.has(clusterOf(step.resourceName)) ? [step.owner] : [];
}

function isGone(entry: JsonObject, clusters: ReadonlySet<string>, owners: ReadonlySet<string>): boolean {
  const urn = urnOf(entry);
  const object = objectOfUrn(urn);
  if (object !== undefined) return clusters.has(object.cluster);
  const parsed = parseUrn(urn);
  if (parsed?.type !== stepType) return false;
  const step = parseStepName(parsed.name);
  // A hook of another cluster has run there, and does not run again.
  if (step?.kind === "hook") return clusters.has(clusterOf(step.resourceName));
  const owner = ownerOfStep(parsed.name);
  return owner !== undefined && owners.has(owner);
}

function stepOf(urn: string) {
  const parsed = parseUrn(urn);
  return parsed?.type === stepType ? parseStepName(parsed.name) : undefined;
}

function clusterOf(resourceName: string): string {
  return resourceName.slice(0, resourceName.indexOf("/"));
}

function withoutReferences(entry: JsonObject, gone: ReadonlySet<string>): JsonObject {
  const stays = (urn: Json): boolean => typeof urn !== "string" || !gone.has(urn);
  const { dependencies, propertyDependencies, deletedWith, ...rest } = entry;
  const byProperty = Object.entries(record(propertyDependencies)).map(([name, urns]) => [
    name,
    isList(urns) ? urns.filter(stays) : urns,
  ]);
  return {
    ...rest,
    ...(dependencies === undefined
      ? {}
      : { dependencies: isList(dependencies) ? dependencies.filter(stays) : dependencies }),
    ...(propertyDependencies === undefined
      ? {}
      : { propertyDependencies: Object.fromEntries(byProperty) as JsonObject }),
    ...(deletedWith === undefined || !stays(deletedWith) ? {} : { deletedWith }),
  };
}

function entries(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.map(record) : [];
}

function urnOf({ urn }: JsonObject): string {
  return typeof urn === "string" ? urn : "";
}
