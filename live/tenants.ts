import type { Deployer } from "../core/plan/deployer.ts";
import { isOwned, ownerOf } from "../core/plan/owned.ts";
import { record } from "../core/manifest/json.ts";
import { managedBy } from "../core/plan/ownership.ts";
import type { ApiServer } from "./api-server.ts";
import { describeRight, missingRights } from "./deployer.ts";
import { isKubernetesObject } from "./json.ts";

/** A tenant to look at on one cluster. */
export interface SoughtTenant {
  readonly name: string;
  readonly namespaces: readonly string[];
  /** Absent: it deploys as the environment. */
  readonly deployer?: Deployer | undefined;
}

/** How much of one resource a namespace may use, and uses; as the API server writes quantities. */
export interface Usage {
  readonly hard: string;
  readonly used: string;
}

/** What one cluster holds of a tenant. */
export interface LiveTenant {
  readonly name: string;
  readonly namespaces: readonly {
    readonly name: string;
    /** False: the cluster does not have it, or it belongs to somebody else. */
    readonly exists: boolean;
    /** By resource; empty without a quota. */
    readonly quota: Readonly<Record<string, Usage>>;
  }[];
  /** Rights that its deployer lacks, in words; undefined where the environment deploys for it. */
  readonly missingRights: readonly string[] | undefined;
}

/**
 * Reads namespaces, quotas and deployers of tenants: two LISTs for all of them, and a question for each right.
 * @param openAs Reaches the cluster as another user.
 * @throws {DriftlessError} CLUSTER_UNREACHABLE, DEPLOYER_DENIED. {ApiError}
 */
export async function readTenants(
  environment: string,
  server: ApiServer,
  tenants: readonly SoughtTenant[],
  openAs: (user: string) => Promise<ApiServer>,
): Promise<readonly LiveTenant[]> {
  const ours = `${managedBy.label}=${managedBy.value}`;
  const [namespaces, quotas] = await Promise.all([
    server.list("v1", "Namespace", ours),
    server.list("v1", "ResourceQuota", ours),
  ]);
  const owners = new Map(
    namespaces
      .filter(isKubernetesObject)
      .filter((object) => isOwned(environment, object))
      .map((object) => [object.metadata.name, ownerOf(object)]),
  );
  const usage = new Map(
    quotas
      .filter(isKubernetesObject)
      .filter((object) => ownerOf(object)?.startsWith("tenant/") === true && isOwned(environment, object))
      .map((object) => [object.metadata["namespace"], usageOf(record(object["status"]))]),
  );
  return Promise.all(
    tenants.map(async (tenant) => ({
      name: tenant.name,
      namespaces: tenant.namespaces.map((name) => ({
        name,
        exists: owners.get(name) === `tenant/${tenant.name}`,
        quota: usage.get(name) ?? {},
      })),
      missingRights: await missingOf(tenant, openAs),
    })),
  );
}

async function missingOf(
  { deployer }: SoughtTenant,
  openAs: (user: string) => Promise<ApiServer>,
): Promise<readonly string[] | undefined> {
  if (deployer === undefined) return undefined;
  return (await missingRights(await openAs(deployer.user), deployer)).map(describeRight);
}

function usageOf(status: ReturnType<typeof record>): Readonly<Record<string, Usage>> {
  const [hard, used] = [record(status["hard"]), record(status["used"])];
  return Object.fromEntries(
    Object.keys(hard)
      .sort()
      .map((resource) => [resource, { hard: text(hard[resource]), used: text(used[resource]) }]),
  );
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
