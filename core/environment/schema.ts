import { z } from "zod";

const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a DNS label: lower-case letters, digits and dashes, at most 63")
  .describe("A DNS label (RFC 1123).");

const relativePath = z
  .string()
  .min(1)
  .describe("A path with forward slashes inside the source; never absolute, never above its root.");

const duration = z
  .string()
  .regex(/^([0-9]+(s|m|h))+$/, 'a duration such as "90s", "5m" or "1h30m"')
  .describe('A duration such as "90s", "5m" or "1h30m".');

const subject = z
  .string()
  .regex(/^(group|user):\S+$/, '"group:<name>" or "user:<name>"')
  .describe('A Kubernetes subject: "group:<name>" or "user:<name>".');

const kindName = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9]*(\.[a-z0-9.-]+)?$/, '"Kind" or "Kind.group"')
  .describe('A kind: "Kind" in the core group, otherwise "Kind.group".');

const source = z
  .strictObject({
    repo: z.string().min(1).describe("The config repository: an https or ssh URL; a local path only with `local: true`."),
    branch: z.string().min(1).default("main").describe("What `driftless pin` resolves. No run ever reads it."),
    revision: z
      .string()
      .regex(/^[0-9a-f]{40}$/, "a full commit id of 40 lower-case hex digits")
      .describe("The pin: the full id of the only commit that a run reads."),
    path: relativePath.default(".").describe("Root of this environment inside the repository."),
    images: relativePath.optional().describe("File with the image tags of this environment, relative to `path`."),
    local: z.boolean().default(false).describe("Allows `repo` to be a path on this machine, relative to the project."),
  })
  .describe("Where the manifests come from, and at which commit.");

const cluster = z
  .union([
    z.strictObject({
      kubeconfig: z
        .strictObject({
          env: z
            .string()
            .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
            .default("KUBECONFIG")
            .describe("Environment variable that names the kubeconfig file."),
          path: z.string().min(1).optional().describe("Kubeconfig file, relative to the project; wins over `env`."),
          context: z.string().min(1).optional().describe("Context to use. Default: the kubeconfig's current context."),
        })
        .describe("A cluster that exists."),
    }),
    z.strictObject({
      local: z
        .strictObject({ name: dnsLabel.describe("Name given to `driftless cluster up`.") })
        .describe("A local control plane of this project."),
    }),
  ])
  .describe("One cluster: `kubeconfig` or `local`.");

const tenant = z
  .strictObject({
    namespaces: z.array(dnsLabel).min(1).describe("Namespaces that belong to the tenant; Driftless creates them."),
    clusters: z.array(dnsLabel).min(1).optional().describe("Clusters that the tenant uses. Default: all."),
    quota: z.record(z.string(), z.string()).default({}).describe("ResourceQuota `hard` of each namespace."),
    limits: z
      .strictObject({
        default: z.record(z.string(), z.string()).default({}).describe("Limits of a container that sets none."),
        defaultRequest: z.record(z.string(), z.string()).default({}).describe("Requests of a container that sets none."),
      })
      .optional()
      .describe("LimitRange for containers in each namespace."),
    podSecurity: z
      .enum(["privileged", "baseline", "restricted"])
      .default("restricted")
      .describe("Pod Security Standard that the namespaces enforce."),
    network: z
      .strictObject({
        ingressFrom: z.array(dnsLabel).default([]).describe("Namespaces outside the tenant that may connect to it."),
        egressTo: z.array(dnsLabel).default([]).describe("Namespaces outside the tenant that it may connect to."),
      })
      .prefault({})
      .describe("What may cross the tenant's edge. Default: nothing but DNS."),
    access: z
      .strictObject({
        admin: z.array(subject).default([]),
        edit: z.array(subject).default([]),
        view: z.array(subject).default([]),
      })
      .prefault({})
      .describe("Who gets the ClusterRole admin, edit or view in the tenant's namespaces."),
    allow: z
      .strictObject({
        clusterKinds: z.array(kindName).default([]).describe("Cluster-scoped kinds that its applications may hold."),
        namespacedKinds: z.array(kindName).default([]).describe("Namespaced custom kinds that its applications may hold."),
      })
      .prefault({})
      .describe("What the tenant may use beyond namespaced built-in kinds."),
  })
  .describe("A team and the namespaces that are its own.");

const application = z
  .strictObject({
    tenant: dnsLabel.describe("The tenant that owns it."),
    clusters: z.array(dnsLabel).min(1).optional().describe("Clusters that it runs on. Default: the tenant's."),
    namespace: dnsLabel.optional().describe("Namespace of objects that name none. Default: the tenant's first."),
    path: relativePath.describe("Folder, relative to `source.path`; what it holds chooses the renderer."),
    helm: z
      .strictObject({
        release: dnsLabel.optional().describe("Release name. Default: the application's name."),
        values: z.array(relativePath).default([]).describe("Values files, relative to `path`; later ones win."),
      })
      .optional()
      .describe("Only for a path with a Chart.yaml."),
    dependsOn: z.array(dnsLabel).default([]).describe("Applications that must be up before this one."),
    health: z
      .strictObject({ timeout: duration.default("5m").describe("How long an object may take to become ready.") })
      .prefault({}),
  })
  .describe("A set of manifests deployed together.");

const policy = z
  .strictObject({
    packs: z.array(z.string().min(1)).min(1).default(["policies"]).describe("Policy packs, relative to the project."),
    config: z.record(z.string(), z.unknown()).default({}).describe("Settings per rule, passed to every pack."),
  })
  .describe("The policy packs that every preview and update must pass.");

const metadata = z.strictObject({ name: dnsLabel.describe("Name of the environment: its file and its stack.") });

/** The environment document, as a file holds it once `_base.yaml` has been merged in. */
export const environmentSchema = z.strictObject({
  apiVersion: z.literal("driftless.dev/v1alpha1"),
  kind: z.literal("Environment"),
  metadata,
  source,
  clusters: z.record(dnsLabel, cluster),
  tenants: z.record(dnsLabel, tenant).default({}),
  applications: z.record(dnsLabel, application).default({}),
  policy: policy.prefault({}),
});

/** An environment document after validation and defaults, before names are resolved across it. */
export type EnvironmentDocument = z.infer<typeof environmentSchema>;
