import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import { cloudOfUrn } from "../../core/plan/cloud.ts";
import { nameOfIdentity, objectOfUrn } from "../../core/plan/identity.ts";
import { managedBy, ownerAnnotations } from "../../core/plan/ownership.ts";
import { ApiServer } from "../../live/api-server.ts";
import type { ClusterAccess } from "./foreign.ts";
import { asText } from "./text.ts";

/** An object that is to be left on its cluster. */
export interface ReleasedObject {
  readonly cluster: string;
  readonly apiVersion: string;
  /** Without the group. */
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The deployment in which the engine forgets these objects and parts of clusters, by identity, where it would delete them. */
export function retained(deployment: JsonObject, names: ReadonlySet<string>): JsonObject {
  const resources = deployment["resources"];
  const known = isList(resources) ? resources : [];
  return {
    ...deployment,
    resources: known.map((entry): Json => (isOneOf(entry, names) ? { ...record(entry), retainOnDelete: true } : entry)),
  };
}

/** The objects of these identities, as a state knows them. */
export function releasedObjects(deployment: JsonObject, names: ReadonlySet<string>): readonly ReleasedObject[] {
  const resources = deployment["resources"];
  return (isList(resources) ? resources : []).flatMap((entry): readonly ReleasedObject[] => {
    const identity = isOneOf(entry, names) ? objectOfUrn(asText(record(entry)["urn"])) : undefined;
    if (identity === undefined) return [];
    const { apiVersion, kind } = record(record(entry)["inputs"]);
    return [{ ...identity, apiVersion: asText(apiVersion), kind: asText(kind) }];
  });
}

/** What the provider was told about objects, which lands on them. */
const providerAnnotations = [
  "pulumi.com/patchFieldManager",
  "pulumi.com/patchForce",
  "pulumi.com/skipAwait",
  "pulumi.com/deletionPropagationPolicy",
] as const;

/** Takes the metadata of ours off objects that were let go: they belong to nobody now. Those that are gone are left out. */
export async function disown(objects: readonly ReleasedObject[], { clusters, context }: ClusterAccess): Promise<void> {
  const nothing = Object.fromEntries(
    [...Object.values(ownerAnnotations), ...providerAnnotations].map((name) => [name, null]),
  );
  const patch = { metadata: { labels: { [managedBy.label]: null }, annotations: nothing } };
  for (const [cluster, mine] of Map.groupBy(objects, (object) => object.cluster)) {
    const spec = clusters[cluster];
    if (spec === undefined) continue;
    const server = await ApiServer.open(cluster, spec, context);
    for (const { apiVersion, kind, namespace, name } of mine)
      await server.patch(apiVersion, kind, namespace, name, patch);
  }
}

function isOneOf(entry: Json, names: ReadonlySet<string>): boolean {
  const urn = asText(record(entry)["urn"]);
  const identity = objectOfUrn(urn) ?? cloudOfUrn(urn);
  return identity !== undefined && names.has(nameOfIdentity(identity));
}
