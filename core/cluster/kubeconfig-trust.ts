import { errorFinding, type Finding } from "../errors/finding.ts";
import type { KubeconfigCluster, KubeconfigUser } from "./kubeconfig-schema.ts";

/** What the document allows a kubeconfig to do. */
export interface KubeconfigTrust {
  /** Programs that it may run, as it names them. Default: none. */
  readonly allowExec?: readonly string[] | undefined;
  /** Default: false. */
  readonly allowFiles?: boolean | undefined;
  /** Default: false. */
  readonly allowInsecure?: boolean | undefined;
}

/** The entries of a kubeconfig that are used. */
export interface UsedEntries {
  /** How messages name the file. */
  readonly label: string;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
}

/** Fields that name a file, and the fields that hold the same in place and win. */
const fileFields = [
  ["cluster", "certificate-authority", "certificate-authority-data"],
  ["user", "client-certificate", "client-certificate-data"],
  ["user", "client-key", "client-key-data"],
  ["user", "tokenFile", "token"],
] as const;

/** Variables that decide which program a command is, or what is loaded into it. */
const hijacking = /^(PATH|LD_.*|DYLD_.*|NODE_OPTIONS|PYTHON.*|PERL.*|RUBY.*|BASH_ENV|ENV|SHELLOPTS|IFS)$/i;

/**
 * KUBECONFIG_DENIED for all that a kubeconfig would do beyond calling its API server and that the document does not allow:
 * running a program, reading files, trusting whoever answers, being somebody else than Driftless can be everywhere.
 */
export function untrusted(cluster: string, trust: KubeconfigTrust, used: UsedEntries): readonly Finding[] {
  const denied = (field: string, message: string, fix: string): Finding =>
    errorFinding("KUBECONFIG_DENIED", `The kubeconfig of cluster "${cluster}" ${message}.`, fix, {
      file: used.label,
      field,
    });
  const allow = (line: string): string => `If you trust it, write \`${line}\` in clusters.${cluster}.kubeconfig.`;
  const files = fileFields.flatMap(([entry, field, data]) => {
    const { [field]: file, [data]: inPlace }: Readonly<Record<string, unknown>> = used[entry];
    if (trust.allowFiles === true || typeof file !== "string" || (inPlace !== undefined && inPlace !== "")) return [];
    const fix = `Write what it holds into the kubeconfig (kubectl config view --flatten). ${allow("allowFiles: true")}`;
    return [denied(`${entry}.${field}`, `names a file (${field}), which the document does not allow`, fix)];
  });
  return [
    ...files,
    ...untrustedExec(trust, used.user, denied, allow),
    ...untrustedIdentity(trust, used, denied, allow),
  ];
}

type Denied = (field: string, message: string, fix: string) => Finding;
type Allow = (line: string) => string;

function untrustedExec({ allowExec = [] }: KubeconfigTrust, user: KubeconfigUser, denied: Denied, allow: Allow) {
  const { exec } = user;
  if (exec === undefined || exec === null) return [];
  const { command, env } = exec;
  const variables = (env ?? []).map(({ name }) => name).filter((name) => hijacking.test(name));
  const message = `runs a program for its credentials, which the document does not allow (${JSON.stringify(command)})`;
  const programs = JSON.stringify([...allowExec, command]);
  return [
    ...(allowExec.includes(command) ? [] : [denied("user.exec", message, allow(`allowExec: ${programs}`))]),
    ...variables.map((name) =>
      denied(
        "user.exec.env",
        `sets ${name} for the program that it runs, which could make that another program`,
        "Set the variable for Driftless itself, if the program needs it.",
      ),
    ),
  ];
}

/** Fields of impersonation that the engine's provider knows and the library beside it does not: they would be two users. */
const impersonation = ["as-uid", "as-groups", "as-user-extra"];

function untrustedIdentity(
  { allowInsecure = false }: KubeconfigTrust,
  { cluster, user }: UsedEntries,
  denied: Denied,
  allow: Allow,
): readonly Finding[] {
  const { server, "insecure-skip-tls-verify": unverified } = cluster;
  const plain = /^http:/i.test(server) && !isLoopback(server);
  const insecure = allow("allowInsecure: true");
  return [
    ...(unverified === true && !allowInsecure
      ? [
          denied(
            "cluster.insecure-skip-tls-verify",
            "trusts whoever answers (insecure-skip-tls-verify)",
            `Give it the certificate of the cluster's authority (certificate-authority-data). ${insecure}`,
          ),
        ]
      : []),
    ...(plain && !allowInsecure
      ? [denied("cluster.server", "sends credentials unencrypted (http)", `Use an https URL. ${insecure}`)]
      : []),
    ...("auth-provider" in user
      ? [
          denied(
            "user.auth-provider",
            "uses an auth-provider, which Kubernetes removed in 1.26",
            "Use the credential plugin of the same provider (exec), and allow it.",
          ),
        ]
      : []),
    ...impersonation
      .filter((field) => field in user)
      .map((field) =>
        denied(
          `user.${field}`,
          `takes on more than a user name (${field})`,
          "Give the identity its rights itself, by RBAC.",
        ),
      ),
  ];
}

function isLoopback(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
