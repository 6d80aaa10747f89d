import { join } from "node:path";

/** The programs of a local cluster, in the order in which they start. */
export const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

/** One program of a local cluster. */
export type ProgramName = (typeof programs)[number];

/** Names inside the folder of a cluster; the programs run in that folder and get them as they stand here. */
export const names = {
  settings: "cluster.json",
  tokens: "tokens.csv",
  privateKey: "service-account.key",
  publicKey: "service-account.pub",
  certificates: "certificates",
  certificate: "certificates/apiserver.crt",
  authority: "certificates/authority.crt",
  stages: "stages.yaml",
  loadBalancer: "load-balancer.yaml",
  plays: "plays.yaml",
  volumes: "volumes.yaml",
  data: "etcd",
  etcdSocket: "etcd.sock",
  peerSocket: "peer.sock",
  logs: "logs",
  auditPolicy: "audit-policy.json",
  tokenReview: "token-review.json",
  /** Where it ends up is known to users: `clusters.<name>.audit.path` names it. */
  auditLog: "audit.log",
  processes: "processes",
  lock: "lock",
} as const;

/** The kubeconfig of a cluster. */
export function kubeconfigPath(folder: string): string {
  return join(folder, "kubeconfig");
}

/** Where a program's output goes. */
export function logPath(folder: string, program: string): string {
  return join(folder, names.logs, `${program}.log`);
}
