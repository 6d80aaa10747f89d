import { isList, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";

const anonymous = "anonymous";

/**
 * The kubeconfig with which its own identity takes on another one, as `kubectl --as` does: the API server asks whether the
 * former may `impersonate` the latter, and from there on only what the latter may. Whoever the kubeconfig itself takes on
 * is left out: nobody can take on two, and groups of one beside the name of the other would be more than either has.
 * @param content A kubeconfig as `resolveKubeconfig` gives it: with one context, and a user if that names one.
 * @param user User name of RBAC, such as `system:serviceaccount:shop:driftless-deployer`.
 */
export function impersonating(content: string, user: string): string {
  const kubeconfig = record(JSON.parse(content) as Json);
  const [entry = { name: anonymous, user: {} }] = items(kubeconfig["users"]);
  const contexts = items(kubeconfig["contexts"]).map((each) => ({
    ...each,
    context: { ...record(each["context"]), user: entry["name"] ?? anonymous },
  }));
  return JSON.stringify({
    ...kubeconfig,
    contexts,
    users: [{ ...entry, user: { ...withoutImpersonation(record(entry["user"])), as: user } }],
  });
}

function withoutImpersonation(user: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(user).filter(([field]) => field !== "as" && !field.startsWith("as-")));
}

function items(list: Json | undefined): readonly JsonObject[] {
  return isList(list) ? list.map(record) : [];
}
