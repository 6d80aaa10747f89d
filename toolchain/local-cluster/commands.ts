import { dirname, join } from "node:path";
import { names, type ProgramName } from "./layout.ts";
import type { ClusterSettings } from "./settings.ts";

/** Where the executables of a local cluster are. */
export interface ClusterPrograms {
  /** The multi-call executable; its other names are links beside it. */
  readonly controlPlane: string;
  readonly kwok: string;
}

/** At the default of 20 requests a second, a rollout of 200 Deployments takes twice as long. */
const clientLimits = ["--kube-api-qps=2000", "--kube-api-burst=4000"];
const kubeconfig = "kubeconfig";

/** Executable of a program. */
export function executableOf(program: ProgramName, { controlPlane, kwok }: ClusterPrograms): string {
  return program === "kwok" ? kwok : join(dirname(controlPlane), program);
}

/** Arguments of a program; paths are relative to the folder of the cluster, where it runs. */
export function argumentsOf(program: ProgramName, settings: ClusterSettings): readonly string[] {
  switch (program) {
    case "etcd":
      return etcd;
    case "kube-apiserver":
      return [
        ...apiServer(settings.port),
        ...(settings.audit === undefined ? [] : audit),
        ...(settings.tokenReview === undefined ? [] : tokenReview),
      ];
    case "kube-controller-manager":
      return [
        ...controller,
        `--service-account-private-key-file=${names.privateKey}`,
        `--root-ca-file=${names.authority}`,
      ];
    case "kube-scheduler":
      return controller;
    case "kwok":
      return kwok;
  }
}

/** etcd has no passwords here, so it listens on sockets that only this user can open; the addresses are never used. */
const etcd = [
  "--name=default",
  `--data-dir=${names.data}`,
  `--listen-client-urls=unix://${names.etcdSocket}`,
  `--listen-peer-urls=unix://${names.peerSocket}`,
  "--advertise-client-urls=http://127.0.0.1:2379",
  "--initial-advertise-peer-urls=http://127.0.0.1:2380",
  "--initial-cluster=default=http://127.0.0.1:2380",
  // A local cluster may be lost with the machine's power; in return every write is ten times as fast.
  "--unsafe-no-fsync",
  "--log-level=warn",
];

const controller = [`--kubeconfig=${kubeconfig}`, "--leader-elect=false", "--secure-port=0", ...clientLimits];

const kwok = [
  `--kubeconfig=${kubeconfig}`,
  `--config=${names.stages}`,
  `--config=${names.loadBalancer}`,
  `--config=${names.plays}`,
  `--config=${names.volumes}`,
  "--manage-all-nodes=true",
  // Without the lease, nodes flap and their pods turn unready.
  "--node-lease-duration-seconds=40",
  "--cidr=10.64.0.0/16",
];

const audit = [
  `--audit-policy-file=${names.auditPolicy}`,
  `--audit-log-path=${names.auditLog}`,
  // Megabytes; what is older is kept in two packed files.
  "--audit-log-maxsize=50",
  "--audit-log-maxbackup=2",
  "--audit-log-compress",
];

const tokenReview = [
  `--authentication-token-webhook-config-file=${names.tokenReview}`,
  "--authentication-token-webhook-version=v1",
  "--authentication-token-webhook-cache-ttl=1s",
];

function apiServer(port: number): readonly string[] {
  return [
    `--etcd-servers=unix://${names.etcdSocket}`,
    "--bind-address=127.0.0.1",
    // Else it looks for a public address of the machine, and fails where there is none.
    "--advertise-address=127.0.0.1",
    "--endpoint-reconciler-type=none",
    `--secure-port=${port}`,
    `--cert-dir=${names.certificates}`,
    `--token-auth-file=${names.tokens}`,
    "--authorization-mode=Node,RBAC",
    "--allow-privileged=true",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${names.publicKey}`,
    `--service-account-signing-key-file=${names.privateKey}`,
    "--profiling=false",
  ];
}
