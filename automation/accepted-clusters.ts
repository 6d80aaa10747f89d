import { quote } from "../core/errors/quote.ts";
import { failure } from "../core/errors/error.ts";
import type { EnvironmentSpec } from "../core/environment/spec.ts";

/** Names of clusters as somebody typed them. Throws USAGE for one that the environment does not have. */
export function knownClusters(
  { name, clusters }: Pick<EnvironmentSpec, "name" | "clusters">,
  names: readonly string[],
): ReadonlySet<string> {
  const unknown = names.find((each) => !Object.hasOwn(clusters, each));
  if (unknown === undefined) return new Set(names);
  const known = Object.keys(clusters).join(", ");
  throw failure(
    "USAGE",
    `The environment "${name}" has no cluster ${quote(unknown)}.`,
    `Clusters that it has: ${known}.`,
  );
}
