import { z } from "zod";

const freezeWindow = z.object({
  cron: z.string(),
  duration: z.string(),
  timezone: z.string().default("UTC"),
  action: z.enum(["deny", "allow"]).default("deny"),
});
const freeze = (meaning: string) => z.array(freezeWindow).default([]).describe(meaning);

/**
 * What rules may know about the environment beside its objects. Driftless passes it as the setting `environment` to
 * every rule that has a setting of that name, whichever pack it is in; nobody writes it by hand.
 */
export const environmentFacts = z.object({
  name: z.string().default("").describe("Name of the environment."),
  clusters: z
    .record(z.string(), z.object({ version: z.string().optional().describe('Kubernetes version: "1.35".') }))
    .default({})
    .describe("Clusters by name."),
  tenants: z
    .record(
      z.string(),
      z.object({
        namespaces: z.array(z.string()).default([]),
        clusters: z.array(z.string()).default([]),
        podSecurity: z.enum(["privileged", "baseline", "restricted"]).default("restricted"),
        registries: z.array(z.string()).optional().describe("Registries that it may use. Default: any."),
        domains: z.array(z.string()).optional().describe("Domains that its Ingresses may serve. Default: any."),
        clusterKinds: z.array(z.string()).default([]).describe('Cluster-scoped kinds, as "Kind.group".'),
        namespacedKinds: z.array(z.string()).default([]).describe('Namespaced custom kinds, as "Kind.group".'),
        quota: z.boolean().default(false).describe("Whether it declares a quota."),
        freeze: freeze("Windows of its own."),
      }),
    )
    .default({})
    .describe("Tenants by name."),
  freeze: freeze("Windows of `safety.freeze`."),
  applications: z
    .record(z.string(), z.object({ tenant: z.string(), freeze: freeze("Windows of its own.") }))
    .default({})
    .describe("Applications by name."),
});

/** See `environmentFacts`. */
export type EnvironmentFacts = z.infer<typeof environmentFacts>;

/** The name of the tenant that owns a namespace of a cluster, or undefined. */
export function tenantOfNamespace(
  { tenants }: EnvironmentFacts,
  cluster: string,
  namespace: string,
): string | undefined {
  return Object.keys(tenants).find((name) => {
    const tenant = tenants[name];
    return tenant?.namespaces.includes(namespace) === true && tenant.clusters.includes(cluster);
  });
}
