import { z } from "zod";
import { approvals } from "./approvals.ts";
import { application } from "./application.ts";
import { applicationSet } from "./application-set.ts";
import { cluster } from "./cluster.ts";
import { distinct, name } from "./common.ts";
import { delivery } from "./delivery.ts";
import { drift } from "./drift.ts";
import { forges } from "./forges.ts";
import { healthChecks } from "./health-checks.ts";
import { imageUpdates } from "./images.ts";
import { policy } from "./policy.ts";
import { promotion } from "./promotion.ts";
import { rollout } from "./rollout.ts";
import { safety } from "./safety.ts";
import { source } from "./source.ts";
import { tenant } from "./tenant.ts";

const apiVersion = z.literal("driftless.dev/v1alpha1").describe("Version of this format.");

/** What both kinds of document may hold. */
const body = {
  source,
  clusters: z.record(name, cluster).describe("The clusters of the environment, by name; at least one."),
  tenants: z.record(name, tenant).default({}).describe("The tenants of the environment, by name."),
  applications: z.record(name, application).default({}).describe("The applications of the environment, by name."),
  addons: distinct(name)
    .default([])
    .describe(
      "Applications that come first wherever they run: every other application waits for those on its clusters. Default: none.",
    ),
  applicationSets: z
    .record(name, applicationSet)
    .default({})
    .describe("Applications that are made from templates, of lists, folders of the source and clusters; by name."),
  policy: policy.prefault({}),
  healthChecks,
  safety,
  delivery,
  rollout: rollout
    .default([])
    .describe("In which order the clusters of each application are updated. Default: all at once."),
  drift,
  approvals,
  forges,
  promotion,
  imageUpdates,
};

/** The environment document, as a file holds it once `_base.yaml` has been merged in. */
export const environmentSchema = z
  .strictObject({
    apiVersion,
    kind: z.literal("Environment").describe("An environment: one Pulumi stack."),
    metadata: z
      .strictObject({ name: name.describe("Name of the environment: the same as its file's, and its stack's.") })
      .describe("What the environment is called."),
    ...body,
  })
  .meta({ title: "Environment", description: "Clusters, tenants, applications and the one commit they come from." });

/** What `_base.yaml` holds: the same keys, all of them optional, and no name. */
export const environmentBaseSchema = z
  .strictObject({ apiVersion, kind: z.literal("EnvironmentBase").describe("What all environments share."), ...body })
  .meta({ title: "EnvironmentBase", description: "What all environments of the project share." });

/** An environment document after validation and defaults, before names are resolved across it. */
export type EnvironmentDocument = z.infer<typeof environmentSchema>;
