import { z } from "zod";
import { quote } from "../errors/quote.ts";
import { durationSeconds } from "./duration.ts";
import { formats, type Format } from "./formats.ts";

const longestTimeoutSeconds = 24 * 3600;

const text = (format: Format) => z.string().regex(format.pattern, { abort: true });
const name = text(formats.name);

// Whether a path stays inside the source depends on other fields: references.ts checks it. Editors check the form.
const path = z
  .string()
  .min(1)
  .max(1024)
  .meta({ pattern: String.raw`^(?!/)(?!.*://)[^\\]+$` });

/** A list in which nothing stands twice. */
const distinct = (item: z.ZodString, minimum = 0) =>
  z
    .array(item)
    .min(minimum)
    .check((context) => {
      const seen = new Set<string>();
      context.value.forEach((value, index) => {
        if (seen.has(value)) {
          const message = `${quote(value)} stands in the list twice.`;
          context.issues.push({ code: "custom", input: value, path: [index], message, params: { fix: "Remove one." } });
        }
        seen.add(value);
      });
    })
    .meta({ uniqueItems: true });

const duration = text(formats.duration).refine(
  (value) => durationSeconds(value) > 0 && durationSeconds(value) <= longestTimeoutSeconds,
  { error: "The duration must be longer than nothing and at most 24h.", params: { fix: 'Write, say, "5m".' } },
);

const quantities = z.record(text(formats.resourceName), text(formats.quantity));

const source = z
  .strictObject({
    repo: z
      .string()
      .min(1)
      .max(2048)
      .describe("The config repository: an https or ssh URL, without credentials; a path only with `local: true`."),
    branch: z.string().min(1).max(250).default("main").describe("What `driftless pin` resolves. No run ever reads it."),
    revision: text(formats.revision).describe("The pin: full id of the only commit that a run reads."),
    path: path.default(".").describe("Root of this environment inside the repository."),
    images: path.optional().describe("File with the image tags of this environment, relative to `path`."),
    local: z.boolean().default(false).describe("Allows `repo` to be a path on this machine, relative to the project."),
  })
  .meta({ title: "Source", description: "Where the manifests come from, and at which commit." });

const kubeconfig = z
  .strictObject({
    env: text(formats.variable).default("KUBECONFIG").describe("Environment variable that names the kubeconfig file."),
    path: z.string().min(1).optional().describe("Kubeconfig file, relative to the project; wins over `env`."),
    context: z.string().min(1).optional().describe("Context to use. Default: the kubeconfig's current context."),
  })
  .describe("A cluster that exists.");

const local = z
  .strictObject({ name: name.describe("Name given to `driftless cluster up`.") })
  .describe("A local control plane of this project.");

/** The ways to say which cluster is meant: exactly one of these keys. */
export const clusterKinds = ["kubeconfig", "local"] as const;

// In the order of `clusterKinds`, which is how `validate` finds the words for a mistake.
const cluster = z
  .union([z.strictObject({ kubeconfig }), z.strictObject({ local })])
  .meta({ title: "Cluster", description: "One cluster: either `kubeconfig` or `local`." });

const tenant = z
  .strictObject({
    namespaces: distinct(name, 1).describe("Namespaces that belong to the tenant; Driftless creates them."),
    clusters: distinct(name, 1).optional().describe("Clusters that the tenant uses. Default: all of the environment."),
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
    network: z
      .strictObject({
        ingressFrom: distinct(name).default([]).describe("Namespaces outside the tenant that may connect to it."),
        egressTo: distinct(name).default([]).describe("Namespaces outside the tenant that it may connect to."),
      })
      .prefault({})
      .describe("What may cross the tenant's edge. Default: nothing but DNS."),
    access: z
      .strictObject({
        admin: distinct(text(formats.subject)).default([]).describe("Who gets the ClusterRole admin."),
        edit: distinct(text(formats.subject)).default([]).describe("Who gets the ClusterRole edit."),
        view: distinct(text(formats.subject)).default([]).describe("Who gets the ClusterRole view."),
      })
      .prefault({})
      .describe('Who gets which ClusterRole in the tenant\'s namespaces: "group:<name>" or "user:<name>".'),
    allow: z
      .strictObject({
        clusterKinds: distinct(text(formats.kind))
          .default([])
          .describe('Cluster-scoped kinds that its applications may hold, as "Kind.group".'),
        namespacedKinds: distinct(text(formats.kind))
          .default([])
          .describe('Namespaced custom kinds that its applications may hold, as "Kind.group".'),
      })
      .prefault({})
      .describe("What the tenant may use beyond namespaced built-in kinds."),
  })
  .meta({ title: "Tenant", description: "A team and the namespaces that are its own." });

const application = z
  .strictObject({
    tenant: name.describe("The tenant that owns it."),
    clusters: distinct(name, 1).optional().describe("Clusters that it runs on. Default: the tenant's."),
    namespace: name.optional().describe("Namespace of objects that name none. Default: the tenant's first."),
    path: path.describe("Folder, relative to `source.path`; what it holds chooses the renderer."),
    helm: z
      .strictObject({
        release: name.optional().describe("Release name. Default: the application's name."),
        values: distinct(path)
          .default([])
          .describe("Values files, relative to the application's path; later ones win."),
      })
      .optional()
      .describe("Only for a path with a Chart.yaml."),
    dependsOn: distinct(name).default([]).describe("Applications that must be up before this one."),
    health: z
      .strictObject({ timeout: duration.default("5m").describe("How long an object may take to become ready.") })
      .prefault({})
      .describe("When the application counts as up."),
  })
  .meta({ title: "Application", description: "A set of manifests that are deployed together." });

const policy = z
  .strictObject({
    packs: distinct(z.string().min(1), 1).default(["policies"]).describe("Policy packs, relative to the project."),
    config: z.record(z.string(), z.unknown()).default({}).describe("Settings per rule, passed to every pack."),
  })
  .meta({ title: "Policy", description: "The policy packs that every preview and update must pass." });

const apiVersion = z.literal("driftless.dev/v1alpha1").describe("Version of this format.");

/** What both kinds of document may hold. */
const body = {
  source,
  clusters: z.record(name, cluster).describe("The clusters of the environment, by name; at least one."),
  tenants: z.record(name, tenant).default({}).describe("The tenants of the environment, by name."),
  applications: z.record(name, application).default({}).describe("The applications of the environment, by name."),
  policy: policy.prefault({}),
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
