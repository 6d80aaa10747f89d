import { record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { ApiError, type ApiServer } from "./api-server.ts";

/** An object to look for. */
export interface SoughtObject {
  readonly apiVersion: string;
  /** Without the group. */
  readonly kind: string;
  /** Absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Up to this many objects of a kind in a namespace are read one by one; more of them are listed. */
const fewObjects = 4;

/**
 * Which of these objects a cluster holds already, in full. One LIST of metadata for the namespaces, none of what is to
 * be in a namespace that is not there; then a LIST of metadata per kind and namespace, or a GET each where they are few;
 * then a GET for each that exists. What may not be read counts as absent: who applies it will hear.
 */
export async function existingObjects<Sought extends SoughtObject>(
  server: ApiServer,
  sought: readonly Sought[],
): Promise<ReadonlyMap<Sought, JsonObject>> {
  const namespaces = await liveNamespaces(server, sought);
  const candidates = sought.filter(({ namespace }) => namespace === undefined || namespaces?.has(namespace) !== false);
  const groups = Map.groupBy(
    candidates,
    ({ apiVersion, kind, namespace }) => `${apiVersion}/${kind}/${namespace ?? ""}`,
  );
  const found = await Promise.all([...groups.values()].map((group) => inGroup(server, group)));
  return new Map(found.flat());
}

/** Names of the namespaces; undefined where they may not be listed, or where nobody needs to know. */
async function liveNamespaces(
  server: ApiServer,
  sought: readonly SoughtObject[],
): Promise<ReadonlySet<string> | undefined> {
  if (!sought.some(({ namespace }) => namespace !== undefined)) return undefined;
  const listed = await allowed(server.snapshot("v1", "Namespace", { metadataOnly: true }));
  return listed === undefined ? undefined : new Set(listed.objects.map(nameOf));
}

async function inGroup<Sought extends SoughtObject>(
  server: ApiServer,
  group: readonly Sought[],
): Promise<readonly (readonly [Sought, JsonObject])[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { apiVersion, kind, namespace } = first;
  const selection = { metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) };
  const listed = group.length > fewObjects ? await allowed(server.snapshot(apiVersion, kind, selection)) : undefined;
  const names = listed === undefined ? undefined : new Set(listed.objects.map(nameOf));
  const likely = group.filter(({ name }) => names?.has(name) !== false);
  const read = likely.map(async (object) => {
    const live = await allowed(server.read(apiVersion, kind, namespace, object.name));
    return live === undefined ? [] : [[object, live] as const];
  });
  return (await Promise.all(read)).flat();
}

function nameOf(object: JsonObject): string {
  const { name } = record(object["metadata"]);
  return typeof name === "string" ? name : "";
}

async function allowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}
