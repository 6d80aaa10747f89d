import { errorFinding } from "../errors/finding.ts";
import { compareText } from "../plan/order.ts";
import { isMade, isPart } from "./cluster-parts.ts";
import type { Removal } from "./removal.ts";
import type { Refusal, SafetyInput } from "./decide.ts";

/** Clusters that the document has Driftless make no more: all that it has made of each at AWS would go. */
export function abandoned({ spec, locate, allowance }: SafetyInput, deletions: readonly Removal[]): readonly Refusal[] {
  const parts = Map.groupBy(
    deletions.filter(({ change }) => isPart(change)),
    ({ change }) => change.cluster,
  );
  return [...parts]
    .sort(([left], [right]) => compareText(left, right))
    .flatMap(([cluster, gone]): readonly Refusal[] => {
      const reference = `cluster/${cluster}`;
      if (isMade(spec.clusters[cluster]) || allowance.confirmed.includes(reference)) return [];
      const message = `The environment no longer makes the cluster "${cluster}": ${gone.length} parts of it at AWS would be deleted${summary(gone)}, with everything that runs on it.`;
      const fix = `Restore it in the document; or leave it at AWS, no longer managed, with --orphan; if it is to go, confirm that: --confirm ${reference}`;
      const finding = errorFinding("DELETION_UNCONFIRMED", message, fix, locate(["clusters"]));
      return [{ finding, remedy: { confirmed: [reference] }, answer: reference }];
    });
}

/** ` (1 Cluster.eks.aws, 2 NodeGroup.eks.aws)`: what people know a cluster by. */
function summary(gone: readonly Removal[]): string {
  const told = ["Cluster.eks.aws", "NodeGroup.eks.aws", "FargateProfile.eks.aws", "Vpc.ec2.aws", "Key.kms.aws"];
  const counts = told.flatMap((kind) => {
    const count = gone.filter(({ change }) => change.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return counts.length === 0 ? "" : ` (${counts.join(", ")})`;
}
