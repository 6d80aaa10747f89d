import { ownersOf, ownerOf } from "../../core/plan/owned.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { otherManagers } from "../../core/takeover/claims.ts";
import { ApiServer } from "../../live/api-server.ts";
import { appliedObjects } from "../../live/owned.ts";
import type { ClusterContext } from "../cluster-access.ts";
import { presentClusters } from "../engine/eks.ts";

/** An object of an environment of which others claim fields too. */
export interface ClaimedObject {
  readonly server: ApiServer;
  /** Its metadata only. */
  readonly live: KubernetesObject;
  /** Who else, sorted. */
  readonly managers: readonly string[];
}

/** What is claimed by others on the clusters of an environment. */
export interface Claims {
  readonly objects: readonly ClaimedObject[];
  /** `Kind.group on cluster`: could not be listed, so that nothing is known of them. */
  readonly unlisted: readonly string[];
}

/** Reads who else claims fields of what an environment has applied. Throws CLUSTER_UNREACHABLE, whichever it is. */
export async function findClaims(spec: EnvironmentSpec, context: ClusterContext): Promise<Claims> {
  const owners = new Set(ownersOf(spec));
  const clusters = await presentClusters(spec.clusters, context.env);
  const found = await Promise.all(
    Object.entries(clusters).map(async ([cluster, description]) => {
      const server = await ApiServer.open(cluster, description, context);
      const { objects, unlisted } = await appliedObjects(spec.name, server);
      return {
        objects: objects
          // Another project may use the name of the environment.
          .filter((live) => owners.has(ownerOf(live) ?? ""))
          .map((live): ClaimedObject => ({ server, live, managers: otherManagers(live) }))
          .filter(({ managers }) => managers.length > 0),
        unlisted: unlisted.map((kind) => `${kind} on ${cluster}`),
      };
    }),
  );
  return {
    objects: found.flatMap(({ objects }) => objects),
    unlisted: found.flatMap(({ unlisted }) => unlisted),
  };
}
