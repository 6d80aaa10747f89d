import { z } from "zod";
import { formats } from "../formats.ts";
import { apply, prune } from "./apply.ts";
import { applicationRollback } from "./rollback.ts";
import { applicationSafety } from "./safety.ts";
import { clusterNames } from "./cluster-choice.ts";
import { distinct, duration, name, path, text } from "./common.ts";
import { applicationDrift } from "./drift.ts";
import { helm } from "./helm.ts";
import { imagePolicies } from "./images.ts";
import { kustomize } from "./kustomize.ts";
import { override } from "./override.ts";
import { parameters } from "./parameters.ts";
import { rollout } from "./rollout.ts";

/** A set of manifests. */
export const application = z
  .strictObject({
    tenant: name.describe("The tenant that owns it."),
    clusters: clusterNames
      .optional()
      .describe("Clusters that it runs on: names, or `match` among the tenant's. Default: all of the tenant's."),
    namespace: name.optional().describe("Namespace of objects that name none. Default: the tenant's first."),
    path: path.describe("Folder, relative to `source.path`; what it holds chooses the renderer."),
    helm: helm.optional(),
    kustomize: kustomize.optional(),
    parameters: parameters
      .optional()
      .describe("Text, numbers, true or false that replace `${name}` in the manifests; of a chart, its last values."),
    overrides: z
      .array(override)
      .default([])
      .describe("What differs on some of its clusters; of several that are for one cluster, later ones win."),
    rollout: rollout
      .optional()
      .describe("In which order its clusters are updated; `[]`: all at once. Default: the environment's `rollout`."),
    dependsOn: distinct(name)
      .default([])
      .describe("Applications that must be up before this one: of its own tenant, or shared with it."),
    sharedWith: distinct(text(formats.nameOrAll))
      .default([])
      .describe(
        'Tenants whose applications may depend on it, "*" for all, besides those with which its own tenant shares all that it has.',
      ),
    images: imagePolicies,
    health: z
      .strictObject({
        timeout: duration.default("5m").describe("How long the objects of one wave may take to become healthy."),
      })
      .prefault({})
      .describe("When the application counts as up."),
  })
  .extend({ prune, apply, drift: applicationDrift, safety: applicationSafety, rollback: applicationRollback })
  .meta({ title: "Application", description: "A set of manifests that are deployed together." });
