import type { ClusterFacts } from "../core/environment/facts.ts";
import { formats } from "../core/environment/formats.ts";
import type { Json } from "../core/manifest/manifest.ts";
import { builtInKinds } from "../core/plan/kinds.ts";
import { ApiError, unreachable, type ApiServer } from "./api-server.ts";
import { objectsOf } from "./json.ts";

/** Groups that every Kubernetes serves: charts see them anyway. */
const builtInGroups = new Set([
  ...["authentication.k8s.io", "authorization.k8s.io"],
  ...[...builtInKinds.keys()].map((kind) => (kind.includes(".") ? kind.slice(kind.indexOf(".") + 1) : "")),
]);

/**
 * What charts may ask about a live cluster.
 * @throws CLUSTER_UNREACHABLE; also for a group that cannot say what it serves: it must not be taken for one without kinds.
 */
export async function readFacts(server: ApiServer): Promise<ClusterFacts> {
  try {
    const [version, groups] = await Promise.all([readVersion(server), server.get("/apis")]);
    const versions = objectsOf(groups?.["groups"])
      .filter(({ name }) => typeof name === "string" && !builtInGroups.has(name))
      .flatMap((group) => objectsOf(group["versions"]).map(({ groupVersion }) => textOf(groupVersion)));
    const kinds = await Promise.all(versions.map((groupVersion) => kindsOf(server, groupVersion)));
    return { version, apiVersions: [...new Set(kinds.flat())].filter((kind) => isServed(kind)).sort() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw unreachable(server.cluster, undefined, `it does not say what it serves (${error.message})`, error);
  }
}

/** Kubernetes version of a live cluster, such as `1.33.4`. */
export async function readVersion(server: ApiServer, timeoutMs?: number): Promise<string> {
  const written = textOf((await server.get("/version", {}, timeoutMs))?.["gitVersion"]).replace(/^v/, "");
  if (formats.kubeVersion.pattern.test(written)) return written;
  throw unreachable(server.cluster, undefined, "it does not say its version");
}

async function kindsOf(server: ApiServer, groupVersion: string): Promise<readonly string[]> {
  const resources = objectsOf((await server.get(`/apis/${groupVersion}`))?.["resources"]);
  // A name with a slash is a part of a kind, such as its status.
  return resources
    .filter(({ name }) => typeof name === "string" && !name.includes("/"))
    .map(({ kind }) => `${groupVersion}/${textOf(kind)}`);
}

function isServed(kind: string): boolean {
  return formats.servedVersion.pattern.test(kind);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
