import type { EksAddress } from "./address.ts";

/** The command that a client of Kubernetes runs to get a token: ours, so that nobody needs AWS's own command line. */
const command = "driftless";

/**
 * The kubeconfig of an EKS cluster, as JSON: equal for equal addresses, and without a secret, so that it may be kept in a
 * state. Its one context is named like the cluster.
 * @param token A token to use at once, for a kubeconfig that nobody keeps. Default: whoever uses it runs `driftless eks token`.
 */
export function eksKubeconfig({ name, region, endpoint, authority }: EksAddress, token?: string): string {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command,
    args: ["eks", "token", name, "--region", region],
    interactiveMode: "Never",
    provideClusterInfo: false,
    installHint: "`driftless` has to be on PATH: `driftless doctor --shell` puts it there.",
  };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": authority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: token === undefined ? { exec } : { token } }],
  });
}
