import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { deployerOf } from "../../core/plan/deployer.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import type { LiveTenant, SoughtTenant } from "../../live/tenants.ts";
import type { Session } from "../session.ts";

/** What a cluster says of its tenants, or why it says nothing. */
export type LiveCluster =
  | { readonly cluster: string; readonly tenants: readonly LiveTenant[] }
  | { readonly cluster: string; readonly findings: readonly Finding[] };

/** Reads the tenants of all clusters at once. One that cannot be read says why; the others are read all the same. */
export async function readClusters(
  { project, io }: Session,
  spec: EnvironmentSpec,
  plan: EnvironmentPlan | undefined,
): Promise<readonly LiveCluster[]> {
  const { ApiServer, ApiError } = await import("../../live/api-server.ts");
  const { readTenants } = await import("../../live/tenants.ts");
  const context = { project, env: io.env, signal: io.signal };
  return Promise.all(
    Object.entries(spec.clusters).map(async ([cluster, description]): Promise<LiveCluster> => {
      const open = (as?: string): ReturnType<typeof ApiServer.open> =>
        ApiServer.open(cluster, description, { ...context, ...(as === undefined ? {} : { as }) });
      try {
        const tenants = await readTenants(spec.name, await open(), tenantsOn(cluster, spec, plan), open);
        return { cluster, tenants };
      } catch (error) {
        if (error instanceof DriftlessError && error.code !== "INTERRUPTED")
          return { cluster, findings: error.findings };
        if (!(error instanceof ApiError)) throw error;
        const message = `The cluster "${cluster}" does not say what its tenants have: ${error.message}.`;
        const fix = "Check what the identity of the kubeconfig may read.";
        return { cluster, findings: failure("READ_DENIED", message, fix).findings };
      }
    }),
  );
}

/** A plan knows the kinds that its definitions define; without one they are taken by their names. */
function tenantsOn(cluster: string, spec: EnvironmentSpec, plan: EnvironmentPlan | undefined): readonly SoughtTenant[] {
  const planned = new Map(plan?.tenants.map(({ name, deployer }) => [name, deployer]));
  return Object.entries(spec.tenants)
    .filter(([, { clusters }]) => clusters.includes(cluster))
    .map(([name, tenant]) => ({
      name,
      namespaces: tenant.namespaces,
      deployer: planned.has(name) ? planned.get(name) : deployerOf(tenant, new Map()),
    }));
}
