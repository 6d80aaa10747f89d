import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure } from "../../core/errors/error.ts";
import { ignoreMissing } from "../find/executable.ts";
import { freePort } from "../process/free-port.ts";
import { names } from "./layout.ts";

/** What a cluster keeps from one start to the next, so that its kubeconfig stays valid. */
export interface ClusterSettings {
  readonly name: string;
  /** Port of the API server on 127.0.0.1. */
  readonly port: number;
  /** Bearer token of the administrator. */
  readonly token: string;
  /** How much of each request the API server writes into its audit log. Default: it keeps none. */
  readonly audit?: AuditLevel;
  /** URL of a service that says who a token is of which the API server does not know itself. Default: none. */
  readonly tokenReview?: string;
}

/** What may be said of a cluster when it is made. */
export type ClusterOptions = Partial<Pick<ClusterSettings, "audit" | "tokenReview">>;

/** `Metadata`: who did what to which object; `RequestResponse`: with the objects, those of Secrets excepted. */
export const auditLevels = ["Metadata", "RequestResponse"] as const;

/** One of `auditLevels`. */
export type AuditLevel = (typeof auditLevels)[number];

const secret = { mode: 0o600 };

/** The settings of an existing cluster; undefined where there is none. */
export async function readSettings(folder: string): Promise<ClusterSettings | undefined> {
  const text = await readFile(join(folder, names.settings), "utf8").catch(ignoreMissing);
  if (text === undefined) return undefined;
  const { name, port, token, audit, tokenReview } = JSON.parse(text) as Record<string, unknown>;
  if (typeof name === "string" && typeof port === "number" && typeof token === "string") {
    const level = auditLevels.find((known) => known === audit);
    return {
      ...{ name, port, token },
      ...(level === undefined ? {} : { audit: level }),
      ...(typeof tokenReview === "string" ? { tokenReview } : {}),
    };
  }
  throw failure(
    "CLUSTER_START_FAILED",
    "The settings of the local cluster are damaged.",
    "Remove the folder of the cluster and start it again.",
  );
}

/** Makes a new cluster's settings, keys and token; the settings are written last, so that they prove the rest. */
export async function createSettings(
  folder: string,
  name: string,
  { audit, tokenReview }: ClusterOptions = {},
): Promise<ClusterSettings> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const child of [names.certificates, names.logs, names.processes]) {
    await mkdir(join(folder, child), { recursive: true, mode: 0o700 });
  }
  const token = randomBytes(24).toString("base64url");
  const settings = {
    ...{ name, port: await freePort(), token },
    ...(audit === undefined ? {} : { audit }),
    ...(tokenReview === undefined ? {} : { tokenReview }),
  };
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  await writeFile(join(folder, names.privateKey), keys.privateKey, secret);
  await writeFile(join(folder, names.publicKey), keys.publicKey);
  await writeFile(join(folder, names.tokens), `${settings.token},admin,admin,"system:masters"\n`, secret);
  if (audit !== undefined) await writeFile(join(folder, names.auditPolicy), auditPolicy(audit));
  if (tokenReview !== undefined) await writeFile(join(folder, names.tokenReview), tokenReviewConfig(tokenReview));
  await writeFile(join(folder, names.settings), `${JSON.stringify(settings, undefined, 2)}\n`, secret);
  return settings;
}

/** A kubeconfig, in which the API server looks for whom to ask. */
function tokenReviewConfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "review",
    clusters: [{ name: "review", cluster: { server } }],
    contexts: [{ name: "review", context: { cluster: "review", user: "server" } }],
    users: [{ name: "server", user: {} }],
  });
}

/** What the API server notes: every request that changes something but leases and events, when it has been answered. */
function auditPolicy(level: AuditLevel): string {
  const nothing = [
    { level: "None", verbs: ["get", "list", "watch"] },
    { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
    { level: "None", resources: [{ resources: ["events"] }, { group: "events.k8s.io", resources: ["events"] }] },
  ];
  const secrets = { level: "Metadata", resources: [{ resources: ["secrets", "serviceaccounts/token"] }] };
  const policy = {
    apiVersion: "audit.k8s.io/v1",
    kind: "Policy",
    omitStages: ["RequestReceived", "ResponseStarted"],
    rules: [...nothing, secrets, { level }],
  };
  return `${JSON.stringify(policy, undefined, 2)}\n`;
}
