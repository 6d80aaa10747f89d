import { z } from "zod";
import { imageOverrides } from "../../manifest/images.ts";
import { clusterChoice } from "./cluster-choice.ts";
import { duration } from "./common.ts";
import { helm } from "./helm.ts";
import { kustomize } from "./kustomize.ts";
import { parameters } from "./parameters.ts";

/** What differs on some clusters of an application. */
export const override = z.strictObject({
  clusters: clusterChoice.describe("Clusters that it is for: a name, a list of names, or `match`."),
  parameters: parameters.optional().describe("Parameters, each in place of the application's of that name."),
  helm: helm
    .pick({ values: true, valuesObject: true })
    .optional()
    .describe("Values files after the application's own, and values over its own, maps key by key."),
  kustomize: kustomize
    .pick({ components: true, patches: true, replicas: true })
    .optional()
    .describe("Components and patches after the application's own, and replicas in place of its own."),
  images: imageOverrides.optional().describe("Tags and digests of images, in place of those in `source.images`."),
  health: z
    .strictObject({ timeout: duration.describe("How long the objects of one wave may take to become healthy.") })
    .optional()
    .describe("When the application counts as up there."),
});
