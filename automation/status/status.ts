import type { Finding } from "../../core/errors/finding.ts";
import { builtInChecks, type HealthChecks } from "../../core/health/health.ts";
import type { HealthStatus } from "../../core/health/status.ts";
import type { LiveObjects } from "../../live/objects.ts";
import type { StateObject } from "./state-objects.ts";

/** How one object is doing. `missing`: the state knows it and the cluster does not have it. */
export interface ObjectStatus {
  readonly cluster: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly health: HealthStatus | "missing";
  /** Why, in one sentence. */
  readonly reason: string;
}

/** How an application or a tenant is doing: as badly as the worst of its objects. */
export interface OwnerStatus {
  /** `application/<name>` or `tenant/<name>`. */
  readonly owner: string;
  readonly health: HealthStatus | "missing";
  readonly healthy: number;
  readonly total: number;
  /** Objects that are not healthy. */
  readonly problems: readonly ObjectStatus[];
}

/** The worst last. */
const order = ["healthy", "suspended", "progressing", "unknown", "missing", "degraded"] as const;

/** Judges the objects of a state by what the clusters hold; in the order of the state. */
export function judge(
  objects: readonly StateObject[],
  live: LiveObjects,
  checks: HealthChecks = builtInChecks,
): readonly OwnerStatus[] {
  const owners = new Map<string, ObjectStatus[]>();
  for (const object of objects) {
    const list = owners.get(object.owner) ?? [];
    list.push(judgeObject(object, live, checks));
    owners.set(object.owner, list);
  }
  return [...owners].map(([owner, list]) => {
    const problems = list.filter(({ health }) => health !== "healthy");
    const health = problems.reduce<ObjectStatus["health"]>(
      (worst, problem) => (order.indexOf(problem.health) > order.indexOf(worst) ? problem.health : worst),
      "healthy",
    );
    return { owner, health, healthy: list.length - problems.length, total: list.length, problems };
  });
}

function judgeObject(
  { cluster, kind, namespace, name, resourceName }: StateObject,
  live: LiveObjects,
  checks: HealthChecks,
): ObjectStatus {
  const place = { cluster, kind, ...(namespace === undefined ? {} : { namespace }), name };
  const found = live.objects.get(resourceName);
  if (found !== undefined) {
    const { status, reason } = checks.healthOf(found);
    return { ...place, health: status, reason };
  }
  // A cluster that cannot be read holds nothing that we know of, which is not the same as nothing.
  const unread = live.errors.get(cluster)?.[0]?.message;
  if (unread !== undefined) return { ...place, health: "unknown", reason: unread };
  return { ...place, health: "missing", reason: "The cluster does not have it." };
}

/** What could not be read, of all clusters. */
export function liveFindings(live: LiveObjects): readonly Finding[] {
  return [...live.errors.values()].flat();
}
