import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import type { FieldChange } from "../../core/plan/change.ts";
import { diffObjects } from "../../core/plan/diff.ts";
import { otherManager } from "../../core/plan/manager.ts";
import { managedBy, ownerAnnotations } from "../../core/plan/ownership.ts";
import { ApiError, ApiServer } from "../../live/api-server.ts";
import { existingObjects } from "../../live/existing.ts";
import type { Adoption, Existing } from "./adopted.ts";
import { liveObject } from "./live-object.ts";
import type { CreatedObject } from "./events.ts";
import { fieldConflicts, isFieldConflict } from "./field-conflict.ts";
import { ownedFinding, type ClusterAccess } from "./foreign.ts";
import { immutableFields, immutableFinding, isImmutable } from "./immutable.ts";
import { objectText } from "./text.ts";
import type { TerminatingObject } from "./terminating.ts";

interface Examined {
  readonly adopted?: readonly [resourceName: string, adoption: Adoption];
  readonly terminating?: TerminatingObject;
  readonly findings?: readonly Finding[];
}

/**
 * Looks for objects that are to be created and exist: those of other environments are refused, those of nobody, or of
 * another tool, are adopted. What adopting would change is what the API server answers to a dry run of applying them.
 * Throws CLUSTER_UNREACHABLE.
 */
export async function examineCreates(
  environment: string,
  creates: readonly CreatedObject[],
  { clusters, context }: ClusterAccess,
): Promise<Existing> {
  const examined = await Promise.all(
    Object.entries(clusters).map(async ([cluster, spec]): Promise<readonly Examined[]> => {
      const wanted = creates.filter(({ change }) => change.cluster === cluster);
      return wanted.length === 0
        ? []
        : examineCluster(environment, wanted, await ApiServer.open(cluster, spec, context));
    }),
  );
  const all = examined.flat();
  return {
    adopted: new Map(all.flatMap(({ adopted }) => (adopted === undefined ? [] : [adopted]))),
    terminating: all.flatMap(({ terminating }) => terminating ?? []),
    findings: all.flatMap(({ findings }) => findings ?? []),
  };
}

async function examineCluster(
  environment: string,
  wanted: readonly CreatedObject[],
  server: ApiServer,
): Promise<readonly Examined[]> {
  const sought = wanted.map((object) => ({ ...soughtOf(object), object }));
  const namespaces = [...new Set(sought.flatMap(({ namespace }) => namespace ?? []))].map((name) => {
    return { apiVersion: "v1", kind: "Namespace", name, object: undefined };
  });
  const places = [...sought, ...namespaces];
  const found = await existingObjects(server, places);
  return Promise.all(
    places.map(async (place): Promise<Examined> => {
      const { object, ...where } = place;
      const live = found.get(place);
      if (live === undefined) return {};
      if (isTerminating(live)) return { terminating: { ...where, cluster: server.cluster } };
      return object === undefined ? {} : examine(environment, object, live, server);
    }),
  );
}

async function examine(
  environment: string,
  object: CreatedObject,
  live: JsonObject,
  server: ApiServer,
): Promise<Examined> {
  const { change, resourceName } = object;
  const owner = record(record(live["metadata"])["annotations"])[ownerAnnotations.environment];
  if (typeof owner === "string") {
    // One of this environment that the state does not know: an update picks it up again.
    return owner === environment ? {} : { findings: [ownedFinding(objectText(change), owner, change.origin)] };
  }
  const { object: result, findings } = await dryRun(server, object);
  const from = otherManager(live);
  const fields = result === undefined ? [] : differences(live, result);
  return { adopted: [resourceName, { fields, ...(from === undefined ? {} : { from }) }], findings };
}

interface DryRun {
  readonly object?: JsonObject;
  readonly findings: readonly Finding[];
}

/** What applying the object would make of the live one. Values of Secrets are not known here, and left out. */
async function dryRun(server: ApiServer, { change, resourceName, wanted }: CreatedObject): Promise<DryRun> {
  const object = liveObject(wanted);
  if (object === undefined) return { findings: [] };
  const plain = withoutSecrets(object);
  const force = record(plain.metadata["annotations"])["pulumi.com/patchForce"] === "true";
  try {
    return { object: await server.apply(plain, { dryRun: true, force }), findings: [] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isFieldConflict(error.message)) {
      const findings = fieldConflicts([{ severity: "error", message: error.message, object: resourceName }]);
      return { findings: findings.map((finding) => withPlace(finding, change)) };
    }
    if (!isImmutable(error.message)) return { findings: [] };
    return { findings: [immutableFinding(change, immutableFields(error.message), error.message)] };
  }
}

function withPlace(finding: Finding, { origin }: CreatedObject["change"]): Finding {
  return origin === undefined || finding.place !== undefined ? finding : { ...finding, place: { file: origin.path } };
}

function withoutSecrets(object: KubernetesObject): KubernetesObject {
  if (object.apiVersion !== "v1" || object.kind !== "Secret") return object;
  const rest = Object.entries(object).filter(([key]) => key !== "data" && key !== "stringData");
  return { ...Object.fromEntries(rest), apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

/** Fields that differ, without what every object of ours carries and what the API server keeps for itself. */
function differences(live: JsonObject, result: JsonObject): readonly FieldChange[] {
  const [before, after] = [liveObject(stripped(live)), liveObject(stripped(result))];
  return before === undefined || after === undefined ? [] : diffObjects(before, after);
}

const serverFields = new Set(["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp"]);

function stripped(object: JsonObject): JsonObject {
  const metadata = record(object["metadata"]);
  const kept = Object.entries(metadata).filter(
    ([key]) => !serverFields.has(key) && key !== "labels" && key !== "annotations",
  );
  const labels = without(metadata["labels"], (name) => name === managedBy.label);
  const annotations = without(metadata["annotations"], (name) => /^(driftless\.dev|pulumi\.com)\//.test(name));
  const rest = Object.entries(object).filter(([key]) => key !== "status" && key !== "metadata");
  return { ...Object.fromEntries(rest), metadata: { ...Object.fromEntries(kept), labels, annotations } };
}

function without(map: Json | undefined, drop: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(record(map)).filter(([name]) => !drop(name)));
}

function isTerminating(live: JsonObject): boolean {
  return typeof record(live["metadata"])["deletionTimestamp"] === "string";
}

function soughtOf({ apiVersion, kind, change }: CreatedObject) {
  const { namespace, name } = change;
  return { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
}

function nameText({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** OBJECT_TERMINATING for an object that stays although it is being deleted. */
export function terminatingFinding(object: TerminatingObject, finalizers: readonly string[]): Finding {
  const { kind, cluster } = object;
  const why = finalizers.length === 0 ? "" : `; it waits for ${finalizers.join(", ")}`;
  return errorFinding(
    "OBJECT_TERMINATING",
    `${kind} ${nameText(object)} on ${cluster} is still being deleted, and nothing can take its place before it is gone${why}.`,
    "See to what holds it, such as the controller behind a finalizer; then run it again.",
  );
}
