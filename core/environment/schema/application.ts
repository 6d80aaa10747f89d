import { z } from "zod";
import { formats } from "../formats.ts";
import { apply, prune } from "./apply.ts";
import { applicationSafety } from "./safety.ts";
import { distinct, duration, name, path, text } from "./common.ts";
import { applicationDrift } from "./drift.ts";
import { helm } from "./helm.ts";
import { kustomize } from "./kustomize.ts";

/** A set of manifests. */
export const application = z
  .strictObject({
    tenant: name.describe("The tenant that owns it."),
    clusters: distinct(name, 1).optional().describe("Clusters that it runs on. Default: the tenant's."),
    namespace: name.optional().describe("Namespace of objects that name none. Default: the tenant's first."),
    path: path.describe("Folder, relative to `source.path`; what it holds chooses the renderer."),
    helm: helm.optional(),
    kustomize: kustomize.optional(),
    parameters: z
      .record(text(formats.parameter), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("Text, numbers, true or false that replace `${name}` in the manifests; of a chart, its last values."),
    dependsOn: distinct(name).default([]).describe("Applications that must be up before this one."),
    health: z
      .strictObject({
        timeout: duration.default("5m").describe("How long the objects of one wave may take to become healthy."),
      })
      .prefault({})
      .describe("When the application counts as up."),
  })
  .extend({ prune, apply, drift: applicationDrift, safety: applicationSafety })
  .meta({ title: "Application", description: "A set of manifests that are deployed together." });
