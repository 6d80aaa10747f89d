import { downloadProvider, findInstalledProvider } from "../get/download-provider.ts";
import type { Part } from "../part.ts";

const version = "4.18.1";
const module = "github.com/pulumi/pulumi-kubernetes/provider/v4";
const files = "cmd/pulumi-resource-kubernetes";

/** The Kubernetes provider of Pulumi. */
export const kubernetesProvider = {
  title: "Pulumi Kubernetes provider",
  version,
  advice: "install it with the Pulumi CLI: pulumi plugin install resource kubernetes",
  installed: { command: "pulumi-resource-kubernetes", atLeast: version },
  locate: findInstalledProvider,
  download: downloadProvider,
  recipe: {
    folder: "pulumi-kubernetes",
    package: ".",
    set: [`main.version=${version}`, `${module}/pkg/version.Version=${version}`],
    binary: "pulumi-resource-kubernetes",
    files: [
      { module, from: [`${files}/schema.json`], to: "schema.json", into: "source" },
      { module, from: [`${files}/terraform-mapping.json`], to: "terraform-mapping.json", into: "source" },
    ],
    seconds: 250,
  },
} as const satisfies Part;
