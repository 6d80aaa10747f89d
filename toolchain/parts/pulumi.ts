import { downloadPulumi, findDownloadedPulumi } from "../get/download-pulumi.ts";
import type { Part } from "../part.ts";

const version = "3.250.0";

/** The Pulumi CLI, which holds the engine. */
export const pulumi = {
  title: "Pulumi CLI and engine",
  version,
  advice: `install Pulumi ${version} or newer: https://www.pulumi.com/docs/install/`,
  installed: { command: "pulumi", versionArgs: ["version"], atLeast: version, below: "4.0.0" },
  locate: (ctx) => findDownloadedPulumi(ctx, version),
  download: downloadPulumi,
  recipe: {
    folder: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    set: [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`],
    binary: "pulumi",
    seconds: 170,
  },
} as const satisfies Part;
