import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { objectOfUrn, ownerOfUrn, parseUrn } from "../plan/identity.ts";
import { ownerOfStep, parseStepName, stepType } from "../plan/step-name.ts";

/**
 * The deployment without anything that was on these clusters, as if nothing had ever been made there: their objects and
 * hooks, and the gates of whoever had some, which have to be passed again. Everything else stays as it is, and refers to
 * nothing that is gone.
 */
export function withoutClusters(deployment: JsonObject, clusters: ReadonlySet<string>): JsonObject {
  const resources = entries(deployment["resources"]);
  const owners = new Set(resources.flatMap((entry) => ownerOn(entry, clusters)));
  const gone = new Set(resources.filter((entry) => isGone(entry, clusters, owners)).map(urnOf));
  const pending = entries(deployment["pending_operations"]);
  return {
    ...deployment,
    resources: resources.filter((entry) => !gone.has(urnOf(entry))).map((entry) => withoutReferences(entry, gone)),
    ...(pending.length === 0
      ? {}
      : { pending_operations: pending.filter((each) => !isGone(record(each["resource"]), clusters, owners)) }),
  };
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
