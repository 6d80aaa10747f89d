import { labelsFit, type ClusterMatch } from "./cluster-match.ts";

/** How clusters are chosen: by one name, by names, or by their labels. */
export type ClusterChoice = string | readonly string[] | { readonly match: ClusterMatch };

/** What is known of the clusters of an environment, by name. */
export type LabelledClusters = Readonly<
  Record<string, { readonly labels?: Readonly<Record<string, string>> | undefined }>
>;

/** True for a choice by labels. */
export function isMatch(choice: ClusterChoice): choice is { readonly match: ClusterMatch } {
  return typeof choice === "object" && "match" in choice;
}

/**
 * The clusters that are chosen: those that are named, in their order, wherever they are; of `among`, in its order, those
 * whose labels fit.
 */
export function chosenClusters(
  choice: ClusterChoice,
  clusters: LabelledClusters,
  among: readonly string[],
): readonly string[] {
  if (typeof choice === "string") return [choice];
  if (!isMatch(choice)) return choice;
  return among.filter((name) => labelsFit(clusters[name]?.labels ?? {}, choice.match));
}
