import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, sourcePath, text } from "./common.ts";
import { apiVersions, kubeVersion } from "./kubernetes.ts";

const flag = z.boolean().default(false);

const chart = z
  .strictObject({
    repository: text(formats.chartRepository).describe('Where it is kept: "oci://host/path" or "https://host/path".'),
    name: text(formats.chartName).describe("Its name there."),
    version: text(formats.chartVersion).describe("Its exact version."),
    digest: text(formats.digest).describe('What its archive must be: "sha256:" and 64 hex digits.'),
  })
  .describe("A packaged chart in place of one in the source; `path` then only holds values files.");

/** How the chart of an application is rendered. */
export const helm = z
  .strictObject({
    release: name.optional().describe("Release name. Default: the application's name."),
    chart: chart.optional(),
    values: distinct(sourcePath)
      .default([])
      .describe(
        "Values files, relative to the application's path, or to the root of the source with a slash in front; * ? [] and ** match several, in the order of their names; later ones win.",
      ),
    ignoreMissingValues: flag.describe("Leaves out values files that do not exist."),
    valuesObject: z.record(z.string(), z.unknown()).default({}).describe("Values, over those of all files."),
    skipCrds: flag.describe("Leaves out what is in the chart's crds folders."),
    skipTests: flag.describe("Leaves out the chart's tests."),
    skipSchemaValidation: flag.describe("Does not check the values against the chart's schema."),
    kubeVersion: kubeVersion.optional().describe("Kubernetes version that templates see. Default: the cluster's."),
    apiVersions: apiVersions
      .optional()
      .describe("API versions that templates see beside the built-in ones. Default: the cluster's."),
    repositories: distinct(text(formats.chartRepository))
      .default([])
      .describe("Repositories that dependencies of the chart may come from, as Chart.yaml writes them. Default: none."),
  })
  .describe("Only for a path with a Chart.yaml, or with `chart`.");
