import { kindGroup, type JsonObject, type KubernetesObject } from "../core/manifest/manifest.ts";
import { claims } from "../core/plan/owned.ts";
import { managedBy } from "../core/plan/ownership.ts";
import { ApiError, type ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";
import { neverOurs } from "./owned.ts";

/** An object that says that it is one of an environment. */
export interface Claimed {
  readonly cluster: string;
  /** At least its metadata. */
  readonly object: KubernetesObject;
}

/** Claimed objects, and where nobody could look for them. */
export interface ClaimedObjects {
  readonly claimed: readonly Claimed[];
  /** `Kind.group on cluster`. */
  readonly unlisted: readonly string[];
}

/**
 * Finds objects that say that they are of an environment among all kinds that a cluster serves: one LIST of metadata each.
 * @param without `<apiVersion>/<kind>` of kinds that are read anyway.
 */
export async function findClaimed(
  server: ApiServer,
  environment: string,
  without: ReadonlySet<string>,
): Promise<ClaimedObjects> {
  const { cluster } = server;
  const kinds = await server.kinds().catch(refused);
  if (kinds === undefined) return { claimed: [], unlisted: [`every kind on ${cluster}`] };
  const rest = kinds.filter(
    (kind) => !neverOurs.has(kindGroup(kind)) && !without.has(`${kind.apiVersion}/${kind.kind}`),
  );
  const found = await Promise.all(
    rest.map(async (kind): Promise<ClaimedObjects> => {
      try {
        const labelSelector = `${managedBy.label}=${managedBy.value}`;
        const list = await server.snapshot(kind.apiVersion, kind.kind, { labelSelector, metadataOnly: true });
        return { claimed: claimedOf(environment, cluster, list?.objects ?? []), unlisted: [] };
      } catch (error) {
        refused(error);
        return { claimed: [], unlisted: [`${kindGroup(kind)} on ${cluster}`] };
      }
    }),
  );
  return {
    claimed: found.flatMap(({ claimed }) => claimed),
    unlisted: found.flatMap(({ unlisted }) => unlisted),
  };
}

/** Those of some objects that say that they are of an environment. */
export function claimedOf(environment: string, cluster: string, objects: readonly JsonObject[]): readonly Claimed[] {
  return objects
    .filter(isKubernetesObject)
    .filter((object) => claims(environment, object))
    .map((object) => ({ cluster, object }));
}

/** Those that nobody knows, each once: a cluster may have two names, and a kind may be served by two API groups. */
export function unclaimed(claimed: readonly Claimed[], known: ReadonlySet<string>): readonly Claimed[] {
  const byUid = new Map(claimed.map((each) => [each.object.metadata["uid"], each]));
  return [...byUid].flatMap(([uid, each]) => (typeof uid === "string" && known.has(uid) ? [] : [each]));
}

function refused(error: unknown): undefined {
  if (!(error instanceof ApiError)) throw error;
}
