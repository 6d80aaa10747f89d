import type { Part } from "./part.ts";
import { controlPlane } from "./parts/control-plane.ts";
import { fluxSsa } from "./parts/flux-ssa.ts";
import { gitea } from "./parts/gitea.ts";
import { helm } from "./parts/helm.ts";
import { kubectl } from "./parts/kubectl.ts";
import { kubernetesProvider } from "./parts/kubernetes-provider.ts";
import { kustomize } from "./parts/kustomize.ts";
import { kwok } from "./parts/kwok.ts";
import { languageHost } from "./parts/language-host.ts";
import { node } from "./parts/node.ts";
import { pulumi } from "./parts/pulumi.ts";
import { registry } from "./parts/registry.ts";

/** Every part, in the order in which they are looked for: the language host and the provider depend on the CLI in use. */
export const parts = {
  node,
  pulumi,
  "pulumi-language-nodejs": languageHost,
  "pulumi-resource-kubernetes": kubernetesProvider,
  kustomize,
  helm,
  "control-plane": controlPlane,
  kubectl,
  kwok,
  "flux-ssa": fluxSsa,
  gitea,
  registry,
} as const satisfies Record<string, Part>;

/** Name of a tool: the file name of its executable. */
export type ToolName = keyof typeof parts;

/** All names, in the order of the registry. */
export const toolNames: readonly ToolName[] = Object.keys(parts).filter(isToolName);

function isToolName(name: string): name is ToolName {
  return name in parts;
}

/** The part of a name, with its optional ways. */
export function partOf(name: ToolName): Part {
  return parts[name];
}

/** What a kind of work needs. */
export const toolGroups = {
  /** To run a Pulumi program. */
  engine: ["node", "pulumi", "pulumi-language-nodejs", "pulumi-resource-kubernetes"],
  /** To render manifests. */
  render: ["kustomize", "helm"],
  /** To run a local cluster. */
  cluster: ["control-plane", "kubectl", "kwok"],
  /** To compare with in `bench/`. */
  bench: ["flux-ssa"],
  /** For pull requests, in the demo and in tests. */
  forge: ["gitea"],
  /** To test updates of images. */
  images: ["registry"],
} as const satisfies Record<string, readonly ToolName[]>;
