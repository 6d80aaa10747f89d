import { Agent, type AgentOptions, type RequestOptions } from "node:https";
import { isList, record } from "../core/manifest/json.ts";
import type { Json, JsonObject } from "../core/manifest/manifest.ts";
import { parseJson } from "../core/manifest/parse-json.ts";

/** Fields that are understood here; whatever has another is left to the library. */
const clusterFields = [
  "server",
  "certificate-authority-data",
  "insecure-skip-tls-verify",
  "tls-server-name",
  "disable-compression",
  "extensions",
];
const userFields = ["client-certificate-data", "client-key-data", "token", "as", "extensions"];

/**
 * How calls are sent with a kubeconfig of certificates or a token: the library that knows every other way takes most of a
 * second to load. Undefined for those other ways: credential plugins, proxies, passwords, plain http.
 * @param content A kubeconfig as `resolveKubeconfig` gives it.
 */
export function plainCredentials(content: string): RequestOptions | undefined {
  const { clusters, users } = record(parseJson(content));
  const cluster = only(clusters, "cluster");
  const user = only(users, "user");
  const { server, "tls-server-name": servername, "insecure-skip-tls-verify": unverified } = cluster;
  if (typeof server !== "string" || !/^https:/i.test(server)) return undefined;
  if (!holdsOnly(cluster, clusterFields) || !holdsOnly(user, userFields)) return undefined;
  const tls: AgentOptions = {
    ...decoded("ca", cluster["certificate-authority-data"]),
    ...decoded("cert", user["client-certificate-data"]),
    ...decoded("key", user["client-key-data"]),
    ...(typeof servername === "string" && servername !== "" ? { servername } : {}),
    ...(unverified === true ? { rejectUnauthorized: false } : {}),
  };
  const { token, as } = user;
  const headers = {
    ...(typeof token === "string" && token !== "" ? { Authorization: `Bearer ${token}` } : {}),
    ...(typeof as === "string" && as !== "" ? { "Impersonate-User": as } : {}),
  };
  return { ...tls, headers, agent: new Agent(tls) };
}

function only(entries: Json | undefined, field: string): JsonObject {
  const [first] = isList(entries) ? entries : [];
  return record(record(first)[field]);
}

function holdsOnly(entry: JsonObject, fields: readonly string[]): boolean {
  return Object.entries(entry).every(([field, value]) => value === null || fields.includes(field));
}

function decoded(name: "ca" | "cert" | "key", data: Json | undefined): AgentOptions {
  return typeof data === "string" && data !== "" ? { [name]: Buffer.from(data, "base64") } : {};
}
