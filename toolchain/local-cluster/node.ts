/** The only Node of a local cluster: large enough for everything, so that scheduling never is the question. */
export const nodeName = "local";

/** The Node object; kwok keeps it ready and plays its pods. */
export const nodeObject = {
  apiVersion: "v1",
  kind: "Node",
  metadata: {
    name: nodeName,
    labels: {
      "kubernetes.io/hostname": nodeName,
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "node.kubernetes.io/instance-type": "local",
      "topology.kubernetes.io/region": "local",
      "topology.kubernetes.io/zone": "local",
    },
    annotations: { "kwok.x-k8s.io/node": "fake" },
  },
  status: {
    capacity: { cpu: "10000", memory: "40Ti", "ephemeral-storage": "40Ti", pods: "10000" },
    allocatable: { cpu: "10000", memory: "40Ti", "ephemeral-storage": "40Ti", pods: "10000" },
  },
} as const;

/** True if pods can start on this Node, given as the API server's JSON. */
export function isSchedulable(text: string): boolean {
  const node = JSON.parse(text) as {
    readonly spec?: { readonly taints?: readonly unknown[] };
    readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] };
  };
  const ready = node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
  return ready && (node.spec?.taints ?? []).length === 0;
}
