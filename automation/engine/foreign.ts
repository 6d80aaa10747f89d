import type { Identities } from "../../core/cluster/identity.ts";
import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { managedBy, ownerAnnotations } from "../../core/plan/ownership.ts";
import { ApiError, ApiServer } from "../../live/api-server.ts";
import type { TouchedObject } from "./events.ts";
import { objectText } from "./text.ts";

/** The clusters of an environment, and how to reach them. */
export interface ClusterAccess {
  readonly clusters: Readonly<Record<string, ClusterSpec>>;
  readonly context: KubeconfigContext & { readonly signal?: AbortSignal | undefined };
  /** Which cluster each name stands for, as far as that is known: the program writes it into the state. */
  readonly identities?: Identities;
}

/** A finding for each object that the annotation on the live one gives to another environment. */
export async function foreignObjects(
  environment: string,
  creates: readonly TouchedObject[],
  { clusters, context }: ClusterAccess,
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    Object.entries(clusters).map(async ([cluster, spec]) => {
      const wanted = creates.filter(({ change }) => change.cluster === cluster);
      const server = await ApiServer.open(cluster, spec, context);
      const kinds = Map.groupBy(wanted, ({ apiVersion, kind }) => `${apiVersion}/${kind}`);
      const found = await Promise.all(
        [...kinds.values()].map(async (objects) => {
          const live = await liveByName(server, objects);
          return objects.flatMap((object) => ownedByOther(environment, object, live.get(nameOf(object.change))));
        }),
      );
      return found.flat();
    }),
  );
  return findings.flat();
}

/** Live objects of one kind that carry our label; only those that are wanted where the kind may not be listed. */
async function liveByName(
  server: ApiServer,
  objects: readonly TouchedObject[],
): Promise<ReadonlyMap<string, JsonObject>> {
  const [first] = objects;
  if (first === undefined) return new Map();
  const { apiVersion, kind } = first;
  try {
    const items = await server.list(apiVersion, kind, `${managedBy.label}=${managedBy.value}`);
    return new Map(items.map((item) => [nameOf(record(item["metadata"])), item]));
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    const read = objects.map(async ({ change }) => {
      const item = await server.read(apiVersion, kind, change.namespace, change.name).catch(refused);
      return [nameOf(change), item ?? {}] as const;
    });
    return new Map(await Promise.all(read));
  }
}

/** Who may not even read an object cannot apply it either: the engine will say so. */
function refused(error: unknown): undefined {
  if (!(error instanceof ApiError && error.status === 403)) throw error;
}

function ownedByOther(
  environment: string,
  { change }: TouchedObject,
  live: JsonObject | undefined,
): readonly Finding[] {
  const annotations = record(record(live?.["metadata"])["annotations"]);
  const owner = annotations[ownerAnnotations.environment];
  return typeof owner !== "string" || owner === environment
    ? []
    : [ownedFinding(objectText(change), owner, change.origin)];
}

/** OWNED_BY_OTHER_APP between environments; `owner` is undefined where it is not known. */
export function ownedFinding(object: string, owner: string | undefined, origin?: { readonly path: string }): Finding {
  return {
    code: "OWNED_BY_OTHER_APP",
    severity: "error",
    message: `${object} belongs to ${owner === undefined ? "another environment" : `the environment "${owner}"`}.`,
    ...(origin === undefined ? {} : { place: { file: origin.path } }),
    fix: "Use another namespace, or remove it from one of the two environments.",
  };
}

function nameOf({ namespace, name }: { readonly namespace?: unknown; readonly name?: unknown }): string {
  return JSON.stringify([namespace ?? "", name]);
}
