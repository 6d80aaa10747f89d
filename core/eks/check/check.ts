import type { Problem } from "../../environment/problem.ts";
import type { ClusterSpec, EksSpec } from "../../environment/spec.ts";
import { quote } from "../../errors/quote.ts";
import { checkAccess } from "./access.ts";
import { checkBlocks } from "./blocks.ts";
import { checkEndpoint } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import { checkNames, checkRegion } from "./names.ts";
import { checkNodes } from "./nodes.ts";
import { checkVersions } from "./versions.ts";

/** Everything that is wrong with the EKS clusters of a document and can be known without asking AWS. */
export function checkEks(clusters: Readonly<Record<string, ClusterSpec>>): readonly Problem[] {
  const problems = Object.entries(clusters).flatMap(([name, spec]) => {
    if (!("eks" in spec)) return [];
    const { eks } = spec;
    const faults = [...checkRegion(eks.region), ...("existing" in eks ? [] : checkMade(eks))];
    return faults.map(({ path, message, fix }): Problem => ({
      code: "CONFIG_INVALID",
      path: ["clusters", name, "eks", ...path],
      message,
      fix,
    }));
  });
  return [...problems, ...checkTwice(clusters)];
}

function checkMade(spec: EksSpec): readonly Fault[] {
  return [checkNames, checkVersions, checkBlocks, checkEndpoint, checkNodes, checkAccess].flatMap((check) =>
    check(spec),
  );
}

/** Two clusters of an environment that are one at AWS. */
function checkTwice(clusters: Readonly<Record<string, ClusterSpec>>): readonly Problem[] {
  const seen = new Map<string, string>();
  return Object.entries(clusters).flatMap(([name, spec]): readonly Problem[] => {
    if (!("eks" in spec)) return [];
    const own = "existing" in spec.eks ? spec.eks.existing : spec.eks.name;
    const key = `${spec.eks.region}/${own}`;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, name);
    if (other === undefined) return [];
    const message = `The clusters ${quote(other)} and ${quote(name)} are the same at AWS: ${quote(own)} in ${spec.eks.region}.`;
    const fix = "Name another one, or remove one of the two.";
    return [{ code: "CONFIG_INVALID", path: ["clusters", name, "eks"], message, fix }];
  });
}
