import { stringify } from "yaml";
import { createTestProject, type TestProject } from "../../test/support/pulumi-project.ts";
import { applicationName, applicationObjects, manifestText } from "../objects.ts";

/** How many of each there are. */
export interface TenantScale {
  readonly tenants: number;
  readonly clusters: number;
  /** Of each tenant, on every cluster. */
  readonly applications: number;
}

/** Objects of one application on one cluster: a Deployment, its Service and its ServiceAccount. */
export const objectsEach = 3;

/** Variable that names the kubeconfig of a cluster. */
export function kubeconfigVariable(cluster: number): string {
  return `BENCH_KUBECONFIG_${cluster}`;
}

/** Name of the n-th tenant, from 0, which is that of its namespace too. */
export function tenantName(index: number): string {
  return `team-${String(index).padStart(2, "0")}`;
}

/** A project whose tenants have applications of their own on every cluster. */
export async function makeTenantProject(scale: TenantScale): Promise<TenantProject> {
  const project = await createTestProject();
  const all = members(scale);
  const folders = all.map(
    ({ index, tenant }) =>
      [`${applicationName(index)}/objects.yaml`, manifestText(objectsOf(scale, index, tenant))] as const,
  );
  const pin = async (revision: string): Promise<void> =>
    project.write("environments/bench.yaml", stringify(environmentDocument(scale, revision)));
  await pin(await project.commit(Object.fromEntries(folders)));
  return {
    ...project,
    changeOne: async () => {
      const [first] = all;
      if (first === undefined) return;
      const metadata = { name: "changed", namespace: first.tenant };
      const more = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { changed: "yes" } };
      const text = manifestText([...objectsOf(scale, first.index, first.tenant), more]);
      await pin(await project.commit({ [`${applicationName(first.index)}/objects.yaml`]: text }));
    },
  };
}

/** A project of the benchmark. */
export interface TenantProject extends TestProject {
  /** Commits one more object for the first application, and pins that. */
  changeOne(): Promise<void>;
}

/** The same objects as a peer applies them to each cluster: one file. */
export function peerManifests(scale: TenantScale, prefix: string): string {
  const namespaces = Array.from({ length: scale.tenants }, (_, index) => ({
    ...{ apiVersion: "v1", kind: "Namespace", metadata: { name: `${prefix}${tenantName(index)}` } },
  }));
  const objects = members(scale).flatMap(({ index, tenant }) => objectsOf(scale, index, `${prefix}${tenant}`));
  return manifestText([...namespaces, ...objects]);
}

function members({
  tenants,
  applications,
}: TenantScale): readonly { readonly index: number; readonly tenant: string }[] {
  return Array.from({ length: tenants * applications }, (_, index) => ({
    index,
    tenant: tenantName(Math.floor(index / applications)),
  }));
}

function objectsOf({ tenants, applications }: TenantScale, index: number, namespace: string) {
  const scale = { objects: tenants * applications * objectsEach, applications: tenants * applications };
  return applicationObjects(scale, index, namespace);
}

function environmentDocument(scale: TenantScale, revision: string) {
  const clusters = Array.from({ length: scale.clusters }, (_, index) => index);
  const names = Array.from({ length: scale.tenants }, (_, index) => tenantName(index));
  return {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "Environment",
    metadata: { name: "bench" },
    source: { repo: "config.git", local: true, revision },
    clusters: Object.fromEntries(
      clusters.map((index) => [`c${index}`, { kubeconfig: { env: kubeconfigVariable(index) } }]),
    ),
    tenants: Object.fromEntries(names.map((name) => [name, { namespaces: [name], quota: { pods: "100" } }])),
    applications: Object.fromEntries(
      members(scale).map(({ index, tenant }) => [
        applicationName(index),
        { tenant, path: applicationName(index), health: { timeout: "10m" } },
      ]),
    ),
  };
}
