import type { EnvironmentSpec, TenantSpec } from "../environment/spec.ts";
import type { EnvironmentFacts } from "./facts.ts";

/**
 * What rules may know of an environment: a function of its document alone, so that the same document is always judged the
 * same. The version of a cluster is the one that the document names for it.
 */
export function factsOf(spec: EnvironmentSpec): EnvironmentFacts {
  return {
    name: spec.name,
    clusters: mapValues(spec.clusters, ({ kubernetes }) => {
      const version = kubernetes?.version;
      return version === undefined ? {} : { version };
    }),
    tenants: mapValues(spec.tenants, tenantFacts),
    freeze: [...spec.safety.freeze],
    applications: mapValues(spec.applications, ({ tenant, safety }) => ({ tenant, freeze: [...safety.freeze] })),
  };
}

function tenantFacts({
  namespaces,
  clusters,
  podSecurity,
  quota,
  allow,
  safety,
}: TenantSpec): EnvironmentFacts["tenants"][string] {
  const { registries, domains, clusterKinds, namespacedKinds } = allow;
  return {
    namespaces: [...namespaces],
    clusters: [...clusters],
    podSecurity,
    ...(registries === undefined ? {} : { registries }),
    ...(domains === undefined ? {} : { domains }),
    clusterKinds: [...clusterKinds],
    namespacedKinds: [...namespacedKinds],
    quota: Object.keys(quota).length > 0,
    freeze: [...safety.freeze],
  };
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  convert: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}
