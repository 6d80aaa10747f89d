import type { Part } from "../part.ts";

const version = "3.22.0";

/** Renders charts. Helm 4 is not taken: its flags and its output are not checked yet. */
export const helm = {
  title: "Helm",
  version,
  advice: "install Helm 3.20.2 or newer, but not 4: https://helm.sh/docs/intro/install/",
  installed: { command: "helm", versionArgs: ["version", "--short"], atLeast: "3.20.2", below: "4.0.0" },
  recipe: {
    folder: "helm",
    package: "helm.sh/helm/v3/cmd/helm",
    set: [`helm.sh/helm/v3/internal/version.version=v${version}`],
    binary: "helm",
    seconds: 60,
  },
} as const satisfies Part;
