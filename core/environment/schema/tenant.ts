import { z } from "zod";
import { formats } from "../formats.ts";
import { clusterNames } from "./cluster-choice.ts";
import { distinct, name, path, quantities, text } from "./common.ts";
import { tenantSafety } from "./safety.ts";
import { tenantNetwork } from "./tenant-network.ts";

/** A team and what is its own. */
export const tenant = z
  .strictObject({
    namespaces: distinct(name, 1).describe("Namespaces that belong to the tenant; Driftless creates them."),
    clusters: clusterNames
      .optional()
      .describe("Clusters that the tenant uses: names, or `match`. Default: all of the environment."),
    quota: quantities.default({}).describe('ResourceQuota: `hard` of each namespace, as in `requests.cpu: "20"`.'),
    limits: z
      .strictObject({
        default: quantities.default({}).describe("Limits of a container that sets none."),
        defaultRequest: quantities.default({}).describe("Requests of a container that sets none."),
      })
      .optional()
      .describe("LimitRange for containers in each namespace."),
    podSecurity: z
      .enum(["privileged", "baseline", "restricted"])
      .default("restricted")
      .describe("Pod Security Standard that the namespaces enforce."),
    network: tenantNetwork,
    access: z
      .strictObject({
        admin: distinct(text(formats.subject)).default([]).describe("Who gets the ClusterRole admin."),
        edit: distinct(text(formats.subject)).default([]).describe("Who gets the ClusterRole edit."),
        view: distinct(text(formats.subject)).default([]).describe("Who gets the ClusterRole view."),
      })
      .prefault({})
      .describe('Who gets which ClusterRole in the tenant\'s namespaces: "group:<name>" or "user:<name>".'),
    sharedWith: distinct(text(formats.nameOrAll))
      .default([])
      .describe(
        'Tenants whose objects may refer to what is in its namespaces, and whose applications may depend on its own, such as a shared gateway; "*" for all. Default: none.',
      ),
    deployAs: z
      .enum(["tenant", "environment"])
      .default("tenant")
      .describe(
        "With whose rights its applications are applied: those of its own deployer, so that a cluster refuses what is not the tenant's, or the environment's own, for a team that runs the platform.",
      ),
    allow: z
      .strictObject({
        clusterKinds: distinct(text(formats.kind))
          .default([])
          .describe('Cluster-scoped kinds that its applications may hold, as "Kind.group".'),
        namespacedKinds: distinct(text(formats.kind))
          .default([])
          .describe(
            'Namespaced kinds that its applications may hold besides those of the ClusterRole admin, as "Kind.group".',
          ),
        registries: distinct(z.string().min(1).max(255))
          .optional()
          .describe('Registries that its images may come from, as "registry.example.com/team". Default: any.'),
        domains: distinct(z.string().min(1).max(255))
          .optional()
          .describe(
            'Domains that its Ingresses may serve, each with what is below it: "shop.example.com". Default: any.',
          ),
        paths: distinct(path)
          .optional()
          .describe(
            "Folders, relative to `source.path`, in which everything is that its applications read of the source. Default: any.",
          ),
        repos: distinct(z.string().min(1).max(2048))
          .optional()
          .describe(
            'Other repositories that its applications may use: remote bases and charts, each with what is below it: "oci://registry.example.com/charts". Default: those that the document names.',
          ),
        networkPolicies: z
          .boolean()
          .default(false)
          .describe("Whether NetworkPolicies of its applications may open more than `network` does."),
        roleBindings: distinct(text(formats.boundSubject))
          .default([])
          .describe(
            'Whom bindings of its applications may give rights besides its own accounts and those in `access`: "group:<name>", "user:<name>", "serviceaccount:<namespace>/<name>".',
          ),
      })
      .prefault({})
      .describe("What the tenant may use beyond namespaced built-in kinds."),
  })
  .extend({ safety: tenantSafety })
  .meta({ title: "Tenant", description: "A team and the namespaces that are its own." });
