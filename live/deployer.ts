import { setTimeout as sleep } from "node:timers/promises";
import { failure } from "../core/errors/error.ts";
import { isDeepStrictEqual } from "node:util";
import { record } from "../core/manifest/json.ts";
import { kindGroup, type JsonObject } from "../core/manifest/manifest.ts";
import type { Deployer, DeployerRight } from "../core/plan/deployer.ts";
import { managedBy } from "../core/plan/ownership.ts";
import type { PlannedObject } from "../core/plan/plan.ts";
import { ApiError, type ApiServer } from "./api-server.ts";

const pollMs = 200;
const patienceMs = 30_000;

/**
 * Waits until an API server gives a deployer its rights: it learns of new roles a moment after they were written.
 * @param server Reached as the deployer.
 * @throws {DriftlessError} DEPLOYER_DENIED if our own identity may not take on the deployer's, or the rights do not come.
 */
export async function untilLetIn(server: ApiServer, { user, rights }: Deployer, signal?: AbortSignal): Promise<void> {
  const end = Date.now() + patienceMs;
  for (let open: readonly DeployerRight[] = rights; ;) {
    open = await missingRights(server, { user, rights: open });
    const [missing] = open;
    if (missing === undefined) return;
    if (Date.now() > end) {
      throw failure(
        "DEPLOYER_DENIED",
        `The cluster "${server.cluster}" does not let ${user} create ${describeRight(missing)}, although its role says so.`,
        "Look whether the ClusterRole admin is there and what else decides on access to the cluster.",
      );
    }
    await sleep(pollMs, undefined, { signal });
  }
}

/** A right in words: `certificates.cert-manager.io in the namespace shop`. */
export function describeRight({ namespace, resource, group }: DeployerRight): string {
  const where = namespace === undefined ? "" : ` in the namespace ${namespace}`;
  return `${group === "" ? resource : `${resource}.${group}`}${where}`;
}

/**
 * The rights of a deployer that an API server does not give it now.
 * @param server Reached as the deployer.
 * @throws {DriftlessError} DEPLOYER_DENIED if our own identity may not take on the deployer's.
 */
export async function missingRights(server: ApiServer, { user, rights }: Deployer): Promise<readonly DeployerRight[]> {
  const allowed = await Promise.all(rights.map((right) => mayCreate(server, user, right)));
  return rights.filter((_, at) => allowed[at] !== true);
}

async function mayCreate(server: ApiServer, user: string, right: DeployerRight): Promise<boolean> {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    metadata: { name: "" },
    spec: { resourceAttributes: { ...right, verb: "create" } },
  };
  try {
    const { status } = await server.create(review);
    return record(status)["allowed"] === true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    throw failure(
      "DEPLOYER_DENIED",
      `The identity that reaches the cluster "${server.cluster}" may not act as ${user}: ${error.message}.`,
      "Give it the verb `impersonate` on serviceaccounts, or set `deployAs: environment` for the tenant.",
      { cause: error },
    );
  }
}

const roles = ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"].map(
  (kind) => `${kind}.rbac.authorization.k8s.io`,
);

/**
 * Whether a cluster holds the roles and bindings of deployers as they are planned, by the plan's own order. A preview
 * that takes on an identity which has no rights yet would be refused what the update will be allowed.
 * @param planned What tenants have on this cluster. One LIST for each of four kinds, however many there are.
 */
export async function holdsRoles(
  server: ApiServer,
  planned: readonly (readonly PlannedObject[])[],
): Promise<readonly boolean[]> {
  const live = new Map<string, JsonObject>();
  const labelSelector = `${managedBy.label}=${managedBy.value}`;
  const lists = roles.map((kind) =>
    server.list("rbac.authorization.k8s.io/v1", kind.slice(0, kind.indexOf(".")), labelSelector),
  );
  for (const object of (await Promise.all(lists)).flat()) live.set(keyOf(object), object);
  return planned.map((objects) =>
    objects
      .filter(({ object }) => roles.includes(kindGroup(object)))
      .every(({ object }) => {
        const found = live.get(keyOf(object)) ?? {};
        return ["rules", "roleRef", "subjects"].every((field) => isDeepStrictEqual(found[field], object[field]));
      }),
  );
}

function keyOf(object: JsonObject): string {
  const { namespace, name } = record(object["metadata"]);
  return JSON.stringify([object["kind"], namespace ?? null, name]);
}
