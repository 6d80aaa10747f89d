import type { Finding } from "../../core/errors/finding.ts";
import { quote } from "../../core/errors/quote.ts";

/**
 * What to do where a part of a cluster that holds something would go; undefined for anything else that the engine says.
 * @param name Name of its resource: `<cluster>/<part>`.
 */
export function protectedFinding(name: string, said: string): Finding | undefined {
  const replaced = /currently marked for protection/.test(said);
  if (!replaced && !/because it is protected/.test(said)) return undefined;
  const [cluster = "", ...part] = name.split("/");
  const fix = `Undo the change. If it is meant, write \`protect: false\` in clusters.${cluster}.eks, run up, and then this again.`;
  return {
    code: "CLUSTER_PROTECTED",
    severity: "error",
    message: `Of the cluster ${quote(cluster)}, ${quote(part.join("/"))} would be ${replaced ? "replaced" : "deleted"}, and it is protected: what it holds would be lost.`,
    fix,
  };
}
