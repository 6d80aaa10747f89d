import type { ClusterSpec } from "../core/environment/spec.ts";
import { failure, type DriftlessError } from "../core/errors/error.ts";

/** CLUSTER_UNREACHABLE for a cluster; `spec` is undefined for one that the environment no longer names. */
export function unreachable(
  cluster: string,
  spec: ClusterSpec | undefined,
  reason: string,
  cause?: unknown,
): DriftlessError {
  return failure("CLUSTER_UNREACHABLE", `The cluster "${cluster}" cannot be reached: ${reason}.`, adviceFor(spec), {
    cause,
  });
}

function adviceFor(spec: ClusterSpec | undefined): string {
  if (spec !== undefined && "local" in spec) return `Start it: driftless cluster up ${spec.local.name}`;
  if (spec === undefined || !("eks" in spec))
    return "Check that it runs, the network to it, and its kubeconfig; nothing was changed.";
  return "Check that its endpoint can be reached from here (eks.endpoint), and that your identity of AWS has an access entry there (eks.access); nothing was changed.";
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  ENOTFOUND: "its host name is unknown",
  EAI_AGAIN: "its host name cannot be looked up",
  ETIMEDOUT: "it does not answer",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

/** What a failed connection means, for people. */
export function connectionReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const certificate = /CERT|SIGNED|SIGNATURE|ERR_TLS/.test(code);
  return reasons[code] ?? (certificate ? `its certificate is not trusted (${code})` : `the call failed (${code})`);
}
