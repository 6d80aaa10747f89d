import type { Part } from "../part.ts";

const version = "0.8.0";
const stages = "kustomize/stage";

/** Plays the nodes of a local cluster; never taken from PATH, because its stages must fit its version. */
export const kwok = {
  title: "kwok (nodes and pods of a local cluster)",
  version,
  advice: "a local cluster needs it; use a cluster of your own through its kubeconfig instead",
  recipe: {
    folder: "kwok",
    package: "sigs.k8s.io/kwok/cmd/kwok",
    set: [`sigs.k8s.io/kwok/pkg/consts.Version=v${version}`],
    binary: "kwok",
    files: [
      {
        module: "sigs.k8s.io/kwok",
        from: [
          `${stages}/node/fast/node-initialize.yaml`,
          `${stages}/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml`,
          `${stages}/pod/fast/pod-ready.yaml`,
          `${stages}/pod/fast/pod-complete.yaml`,
          `${stages}/pod/fast/pod-delete.yaml`,
        ],
        to: "stages.yaml",
        into: "tool",
      },
    ],
    seconds: 50,
  },
} as const satisfies Part;
