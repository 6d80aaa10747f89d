import assert from "node:assert/strict";
import { buildEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import type { EksSpec } from "../../core/environment/spec.ts";
import { readYaml } from "../../core/environment/yaml.ts";

/** What a cluster of EKS needs at least: a region, a version, a network, somebody who reaches it, and a node. */
export const smallEks = {
  region: "eu-central-1",
  version: "1.34",
  vpc: { cidr: "10.0.0.0/16" },
  nodeGroups: { default: { instanceTypes: ["m7i.large"], min: 2, max: 4 } },
};

/** The environment `dev` with these clusters of EKS, as the loader makes it of its document. */
export function eksEnvironment(clusters: Readonly<Record<string, object>>): LoadedEnvironment {
  const document = {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "Environment",
    metadata: { name: "dev" },
    source: { repo: "https://git.example.com/shop/config.git", revision: "0123456789".repeat(4) },
    clusters: Object.fromEntries(Object.entries(clusters).map(([name, eks]) => [name, { eks }])),
  };
  return buildEnvironment("dev", readYaml(JSON.stringify(document), "environments/dev.yaml"), undefined);
}

/** The cluster `eu` with all that its document leaves out. */
export function eksSpec(fields: object = {}): EksSpec {
  const spec = eksEnvironment({ eu: { ...smallEks, ...fields } }).spec.clusters["eu"];
  assert.ok(spec !== undefined && "eks" in spec && !("existing" in spec.eks));
  return spec.eks;
}
