import type { Part } from "../part.ts";

const version = "5.7.1";

/** Renders kustomizations. */
export const kustomize = {
  title: "Kustomize",
  version,
  advice: `install Kustomize ${version} or newer: https://kubectl.docs.kubernetes.io/installation/kustomize/`,
  installed: { command: "kustomize", versionArgs: ["version"], atLeast: version, below: "6.0.0" },
  recipe: {
    folder: "kustomize",
    package: "sigs.k8s.io/kustomize/kustomize/v5",
    set: [`sigs.k8s.io/kustomize/api/provenance.version=v${version}`],
    binary: "kustomize",
    seconds: 10,
  },
} as const satisfies Part;
