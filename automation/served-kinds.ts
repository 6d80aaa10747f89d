import type { ComputedPlan } from "../core/plan/compute.ts";
import { DriftlessError } from "../core/errors/error.ts";
import type { Finding, Place } from "../core/errors/finding.ts";
import { groupOf, type Origin } from "../core/manifest/manifest.ts";
import { kindKey, provides } from "../core/plan/needs.ts";
import type { EnvironmentPlan, PlannedObject } from "../core/plan/plan.ts";
import type { Session } from "./session.ts";
import { noteWarnings } from "./work.ts";
import { clusterContext } from "./cluster-access.ts";

const timeoutMs = 5_000;

/**
 * The plan, with a warning for each kind that a cluster does not serve and no object of the plan defines: something that
 * runs in it may bring it yet, such as an operator. A cluster that cannot be asked is left out: whoever works with it says so.
 */
export async function withServedKinds(session: Session, computed: ComputedPlan): Promise<ComputedPlan> {
  const { ApiError, ApiServer } = await import("../live/api-server.ts");
  const { Discovery } = await import("../live/discovery.ts");
  const { spec } = computed.environment;
  const found = await Promise.all(
    [...foreignKinds(computed.plan)].map(async ([name, objects]): Promise<readonly Finding[]> => {
      const cluster = spec.clusters[name];
      if (cluster === undefined) return [];
      try {
        const server = await ApiServer.open(name, cluster, clusterContext(session, spec.name));
        const discovery = new Discovery((path) => server.get(path, {}, timeoutMs));
        const served = await Promise.all(
          objects.map(({ object }) => discovery.path(object.apiVersion, object.kind, undefined)),
        );
        return objects.filter((_, at) => served[at] === undefined).map(unknownKind);
      } catch (error) {
        if (error instanceof DriftlessError || error instanceof ApiError) return [];
        throw error;
      }
    }),
  );
  const warnings = found.flat();
  noteWarnings(session, { ...computed, warnings });
  return { ...computed, warnings: [...computed.warnings, ...warnings] };
}

/** The first object of each kind that the plan does not define itself, by cluster. */
function foreignKinds({ tenants, applications }: EnvironmentPlan): ReadonlyMap<string, readonly PlannedObject[]> {
  const objects = [...tenants, ...applications].flatMap((owner) => owner.objects);
  return new Map(
    [...Map.groupBy(objects, ({ cluster }) => cluster)].map(([cluster, planned]) => {
      const defined = new Set(planned.flatMap(({ object }) => provides(object)));
      const kinds = new Map<string, PlannedObject>();
      for (const each of planned) {
        const { apiVersion, kind } = each.object;
        const key = `${apiVersion}/${kind}`;
        if (!kinds.has(key) && !defined.has(kindKey(kind, groupOf(apiVersion)))) kinds.set(key, each);
      }
      return [cluster, [...kinds.values()]];
    }),
  );
}

function unknownKind({ cluster, object: { apiVersion, kind }, origin }: PlannedObject): Finding {
  return {
    code: "KIND_UNKNOWN",
    severity: "warning",
    message: `The cluster "${cluster}" does not serve the kind ${kind} of ${apiVersion}, and no object of the environment defines it.`,
    ...(origin === undefined ? {} : { place: placeOf(origin) }),
    fix: "Install what brings it first, unless something that runs before it in this environment does.",
  };
}

function placeOf({ path, line }: Origin): Place {
  return { file: path, ...(line === undefined ? {} : { line }) };
}
