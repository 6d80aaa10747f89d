import { eksTarget } from "../../core/eks/address.ts";
import type { ClusterSpec, EksClusterSpec } from "../../core/environment/spec.ts";
import { DriftlessError, failure, throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { isList, record } from "../../core/manifest/json.ts";
import { parseUrn } from "../../core/plan/identity.ts";
import { asText } from "./text.ts";
import type { StateExport } from "./types.ts";

type Clusters = Readonly<Record<string, ClusterSpec>>;

/**
 * The clusters that are there: all but those that a run is still to make at AWS. Asks AWS where there are some on EKS.
 * @throws {DriftlessError} EKS_CLUSTER_NOT_READY, EKS_CLUSTER_UNKNOWN for one taken by name, and what AWS refuses to say.
 */
export async function presentClusters(
  clusters: Clusters,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Clusters> {
  const entries = Object.entries(clusters);
  if (!entries.some(([, spec]) => "eks" in spec)) return clusters;
  const { eksAddress } = await import("../../live/eks/describe.ts");
  const findings: Finding[] = [];
  const present = await Promise.all(
    entries.map(async ([name, spec]) => {
      if (!("eks" in spec)) return true;
      try {
        await eksAddress(name, eksTarget(spec), env);
        return true;
      } catch (error) {
        if (!(error instanceof DriftlessError)) throw error;
        if (error.code === "EKS_CLUSTER_UNKNOWN" && !("existing" in spec.eks)) return false;
        findings.push(...error.findings);
        return true;
      }
    }),
  );
  throwErrors(findings);
  return Object.fromEntries(entries.filter((_, at) => present[at] === true));
}

/**
 * Throws EKS_CLUSTER_LOST for clusters that the state holds and AWS does not have: the account, the region or the name may
 * be wrong, and what ran on them is not to be taken for deleted.
 */
export function refuseLost(clusters: Clusters, present: Clusters, state: StateExport | undefined): void {
  const held = heldClusters(state);
  const lost = Object.entries(clusters).flatMap(([name, spec]) =>
    name in present || !("eks" in spec) || !held.has(eksTarget(spec).name) ? [] : lostFinding(name, spec),
  );
  throwErrors(lost);
}

/** Names at AWS of the clusters that a state holds. */
function heldClusters(state: StateExport | undefined): ReadonlySet<string> {
  const resources = state?.deployment["resources"];
  if (!isList(resources)) return new Set();
  const held = resources.map(record).filter(({ urn }) => parseUrn(asText(urn))?.type === "aws:eks/cluster:Cluster");
  return new Set(held.map(({ inputs }) => asText(record(inputs)["name"])));
}

function lostFinding(cluster: string, spec: EksClusterSpec): readonly Finding[] {
  const { name, region } = eksTarget(spec);
  return failure(
    "EKS_CLUSTER_LOST",
    `The state holds the EKS cluster "${name}" in ${region}, which is the cluster "${cluster}", and AWS does not have it.`,
    "Check that the credentials are of its account (`aws sts get-caller-identity`) and that the region is right. If somebody deleted it, docs/guide/aws.md says how to make it anew. Nothing was touched.",
  ).findings;
}
