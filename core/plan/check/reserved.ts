import { quote } from "../../errors/quote.ts";
import type { KubernetesObject } from "../../manifest/manifest.ts";
import { record } from "../../manifest/json.ts";
import { userAnnotations } from "../ownership.ts";
import { fieldPath } from "../path.ts";
import type { Problem } from "./problem.ts";

/** Written by `kubectl apply`; it holds a copy of the whole object, of a Secret's values too. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * Metadata that manifests must not bring: ours would forge an owner, `pulumi.com/` changes how the provider treats the
 * object (force conflicts, skip waiting), and kubectl's would carry values into the cluster in plain text.
 */
export function checkReserved(object: KubernetesObject): readonly Problem[] {
  const problems: Problem[] = [];
  for (const part of ["labels", "annotations"]) {
    for (const name of Object.keys(record(object.metadata[part]))) {
      const reason = reservedFor(name, part);
      if (reason === undefined) continue;
      problems.push({
        code: "RESERVED_METADATA",
        message: `${quote(name)} in metadata.${part} is reserved for ${reason}.`,
        field: fieldPath(["metadata", part, name]),
        fix:
          reason === "Driftless"
            ? `Remove it. Annotations that manifests may set: ${[...userAnnotations].join(", ")}.`
            : "Remove it from the manifest.",
      });
    }
  }
  return problems;
}

function reservedFor(name: string, part: string): string | undefined {
  const domain = name.slice(0, Math.max(name.indexOf("/"), 0)).toLowerCase();
  if (within(domain, "driftless.dev")) {
    return part === "annotations" && userAnnotations.has(name) ? undefined : "Driftless";
  }
  if (within(domain, "pulumi.com")) return "the Pulumi provider";
  return name === lastApplied ? "kubectl" : undefined;
}

function within(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}
