import { errorFinding, type Finding } from "../errors/finding.ts";
import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { componentTypes, parseUrn } from "../plan/identity.ts";

/*
 * Which cluster a name stands for: the UID of its Namespace kube-system, which no other cluster has and which stays as
 * long as its data does. It is kept in the state, as an output of the cluster's component.
 */

/** Variable by which the command line tells the program which cluster each name stands for, as JSON. */
export const identitiesVariable = "DRIFTLESS_CLUSTERS";

/** UIDs of clusters by name. */
export type Identities = ReadonlyMap<string, string>;

/** The clusters that a state knows the identity of. */
export function keptIdentities(deployment: JsonObject | undefined): Identities {
  const resources = deployment?.["resources"];
  const known = (isList(resources) ? resources : []).flatMap((entry): readonly (readonly [string, string])[] => {
    const name = clusterOf(entry);
    const { uid } = record(record(entry)["outputs"]);
    return name === undefined || typeof uid !== "string" || uid === "" ? [] : [[name, uid]];
  });
  return new Map(known);
}

/** The deployment with these identities for the clusters that it holds. */
export function withIdentities(deployment: JsonObject, identities: Identities): JsonObject {
  const { resources } = deployment;
  if (!isList(resources)) return deployment;
  const changed = resources.map((entry): Json => {
    const uid = identities.get(clusterOf(entry) ?? "");
    const resource = record(entry);
    return uid === undefined ? entry : { ...resource, outputs: { ...record(resource["outputs"]), uid } };
  });
  return { ...deployment, resources: changed };
}

/** Why a cluster must not be touched, or believed, under its name; undefined if it is the one of last time, or the first. */
export function judgeIdentity(
  cluster: string,
  kept: string | undefined,
  live: string | undefined,
): Finding | undefined {
  if (kept === undefined || kept === live) return undefined;
  if (live === undefined) {
    return errorFinding(
      "READ_DENIED",
      `Whether the cluster "${cluster}" is that of last time cannot be told: it does not show its Namespace kube-system.`,
      "Let the identity of the kubeconfig get that Namespace.",
    );
  }
  return errorFinding(
    "CLUSTER_REPLACED",
    `The cluster "${cluster}" is another one than last time: it was ${kept}, and is ${live}. Nothing was touched.`,
    `If the kubeconfig is wrong, mend it. If the cluster is lost and this one takes its place, run \`driftless recover <env> --cluster ${cluster}\`; ` +
      `if this one holds the same objects, run \`driftless up <env> --accept-cluster ${cluster}\`.`,
  );
}

function clusterOf(entry: Json): string | undefined {
  const { urn } = record(entry);
  const parsed = typeof urn === "string" ? parseUrn(urn) : undefined;
  return parsed?.type === componentTypes.cluster ? parsed.name : undefined;
}
