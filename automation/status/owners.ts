import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { healthChecksOf } from "../../core/health/custom.ts";
import { clusterContext, type ClusterContext } from "../cluster-access.ts";
import type { Session } from "../session.ts";
import type { StateObject } from "./state-objects.ts";
import { judge, liveFindings, type OwnerStatus } from "./status.ts";

/** How the objects of a state are doing, as far as their clusters can be read. */
export interface ReadOwners {
  readonly owners: readonly OwnerStatus[];
  /** Why some could not be read: what is on those clusters is `unknown`. */
  readonly unread: readonly Finding[];
}

/**
 * How the objects of a state are doing on their clusters.
 * @param known Which clusters these must be; nothing is known of another one. Default: any.
 */
export async function readOwners(
  session: Session,
  spec: EnvironmentSpec,
  objects: readonly StateObject[],
  known?: Pick<ClusterContext, "identities" | "heldEks">,
): Promise<ReadOwners> {
  session.progress.detail("reading the clusters");
  const { liveObjects } = await import("../../live/objects.ts");
  const context = { ...clusterContext(session, spec.name), ...known };
  const kinds = objects.map(({ cluster, apiVersion, plainKind }) => ({ cluster, apiVersion, kind: plainKind }));
  const live = await liveObjects(spec.name, kinds, spec.clusters, context);
  return { owners: judge(objects, live, healthChecksOf(spec.healthChecks)), unread: liveFindings(live) };
}

/** The same, where all has to be known. @throws what reading a cluster throws. */
export async function liveOwners(
  session: Session,
  spec: EnvironmentSpec,
  objects: readonly StateObject[],
): Promise<readonly OwnerStatus[]> {
  const { owners, unread } = await readOwners(session, spec, objects);
  throwErrors(unread);
  return owners;
}
