import type { KubernetesObject } from "../core/manifest/manifest.ts";
import { kindGroup } from "../core/manifest/manifest.ts";
import { managedBy } from "../core/plan/ownership.ts";
import { isApplied, isOwned } from "../core/plan/owned.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";
import type { ServedKind } from "./served-kinds.ts";

/** What a cluster holds of an environment, whatever the state says. */
export interface OwnedObjects {
  /** Their metadata only. */
  readonly objects: readonly KubernetesObject[];
  /** `Kind.group` of kinds that could not be listed: of those nothing is known. */
  readonly unlisted: readonly string[];
}

/** `Kind.group` of kinds that are made by the cluster in great numbers, and by nobody else. */
export const neverOurs: ReadonlySet<string> = new Set(["Event", "Event.events.k8s.io"]);

/** Finds the objects of an environment on a cluster that go when nothing wants them. Throws CLUSTER_UNREACHABLE. */
export async function ownedObjects(environment: string, server: ApiServer): Promise<OwnedObjects> {
  const { objects, unlisted } = await markedObjects(server);
  return { objects: objects.filter((object) => isOwned(environment, object)), unlisted };
}

/** Finds all that an environment has applied to a cluster, hooks and what is never pruned included. Throws CLUSTER_UNREACHABLE. */
export async function appliedObjects(environment: string, server: ApiServer): Promise<OwnedObjects> {
  const { objects, unlisted } = await markedObjects(server);
  return { objects: objects.filter((object) => isApplied(environment, object)), unlisted };
}

/** All objects with our label: one LIST of metadata for each kind that the cluster serves, all at once. */
async function markedObjects(server: ApiServer): Promise<OwnedObjects> {
  const kinds = await server.kinds();
  if (kinds === undefined) return { objects: [], unlisted: ["every kind"] };
  const found = await Promise.all(
    kinds
      .filter((kind) => !neverOurs.has(kindGroup(kind)))
      .map(async (kind) => ({ kind, objects: await listMetadata(server, kind) })),
  );
  return {
    objects: found.flatMap(({ objects }) => objects ?? []),
    unlisted: found.flatMap(({ kind, objects }) => (objects === undefined ? [kindGroup(kind)] : [])),
  };
}

/** Undefined for a kind that this identity may not list, or whose own server is down. */
async function listMetadata(
  server: ApiServer,
  { apiVersion, kind }: ServedKind,
): Promise<readonly KubernetesObject[] | undefined> {
  try {
    const labelSelector = `${managedBy.label}=${managedBy.value}`;
    const list = await server.snapshot(apiVersion, kind, { labelSelector, metadataOnly: true });
    return (list?.objects ?? []).filter(isKubernetesObject);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
