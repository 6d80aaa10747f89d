import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { throwErrors } from "../../core/errors/error.ts";
import { healthChecksOf } from "../../core/health/custom.ts";
import { clusterContext } from "../cluster-access.ts";
import type { Session } from "../session.ts";
import type { StateObject } from "./state-objects.ts";
import { judge, liveFindings, type OwnerStatus } from "./status.ts";

/** How the objects of a state are doing on their clusters. @throws what reading a cluster throws. */
export async function liveOwners(
  session: Session,
  spec: EnvironmentSpec,
  objects: readonly StateObject[],
): Promise<readonly OwnerStatus[]> {
  session.progress.detail("reading the clusters");
  const { liveObjects } = await import("../../live/objects.ts");
  const kinds = objects.map(({ cluster, apiVersion, plainKind }) => ({ cluster, apiVersion, kind: plainKind }));
  const live = await liveObjects(spec.name, kinds, spec.clusters, clusterContext(session, spec.name));
  throwErrors(liveFindings(live));
  return judge(objects, live, healthChecksOf(spec.healthChecks));
}
