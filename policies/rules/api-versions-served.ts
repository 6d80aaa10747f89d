import { z } from "zod";
import { groupOf } from "../../core/manifest/manifest.ts";
import { siblingVersions } from "../../core/plan/api-versions.ts";
import { environmentFacts } from "../../core/policy/facts.ts";
import { defaultKubeVersion } from "../../core/render/helm/arguments.ts";
import { lifecycleOf } from "../../core/api-lifecycle/lifecycle.ts";
import { minorOf } from "../../core/cluster/minor.ts";
import { objectRule } from "../rule.ts";

const version = z.string().refine((text) => minorOf(text) !== undefined, "expected a Kubernetes version such as 1.33");

export const apiVersionsServed = objectRule({
  name: "api-versions-served",
  description: "The cluster's version of Kubernetes serves the API version of every built-in kind.",
  remediation: "Write the object in an API version that the cluster serves; fields may have changed with it.",
  severity: "high",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/reference/using-api/deprecation-guide/"],
  settings: z.strictObject({
    version: version
      .default(defaultKubeVersion)
      .describe("Kubernetes version of clusters of which the environment document names none."),
    warnWithin: z
      .int()
      .min(0)
      .default(0)
      .describe("Report what Kubernetes removes within so many minor versions, too. Default: only what is gone."),
    environment: environmentFacts.prefault({}),
  }),
  check: ({ object, cluster }, { version, warnWithin, environment }) => {
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
    const known = lifecycleOf(apiVersion, kind);
    const facts = Object.hasOwn(environment.clusters, cluster) ? environment.clusters[cluster] : undefined;
    const minor = minorOf(facts?.version ?? version);
    if (known === undefined || minor === undefined) return [];
    const removed = known.removed === undefined ? Infinity : (minorOf(known.removed) ?? Infinity);
    const what = `${apiVersion} ${kind}`;
    const path = ["apiVersion"];
    if (minor >= removed) {
      const message = `Kubernetes 1.${minor} does not serve ${what}, which was removed in 1.${removed}`;
      return [{ message: `${message}${instead(apiVersion, kind)}`, path, control: "removed" }];
    }
    if (minor < (minorOf(known.introduced ?? "") ?? 0)) {
      const message = `Kubernetes 1.${minor} does not serve ${what} yet, which came with ${known.introduced ?? ""}`;
      return [{ message, path, control: "introduced" }];
    }
    if (minor + warnWithin < removed) return [];
    const message = `Kubernetes 1.${minor} serves ${what} still, and 1.${removed} removes it`;
    return [{ message: `${message}${instead(apiVersion, kind)}`, path, control: "deprecated" }];
  },
});

/** What to use, by Kubernetes' own word, else the newest version of the same kind. */
function instead(apiVersion: string, kind: string): string {
  const group = groupOf(apiVersion);
  const [newest] = siblingVersions(group === "" ? "core" : group, kind).filter(
    (each) => apiVersion !== `${group}/${each}`,
  );
  const replacement =
    lifecycleOf(apiVersion, kind)?.replacement ?? (newest === undefined ? "" : `${group}/${newest}/${kind}`);
  return replacement === "" ? "" : `; use ${replacement.replace(/\/([^/]+)$/, " $1")}`;
}
