import type { Part } from "../part.ts";

/** Version of Kubernetes in a local cluster. */
export const kubernetesVersion = "1.36.3";
const [major, minor] = kubernetesVersion.split(".");
const variable = "k8s.io/component-base/version.git";

/** A control plane in one executable that acts as the program whose name it is called by; never taken from PATH. */
export const controlPlane = {
  title: "local control plane (etcd, API server, controllers, scheduler)",
  version: kubernetesVersion,
  advice: "a local cluster needs it; use a cluster of your own through its kubeconfig instead",
  recipe: {
    folder: "control-plane",
    package: ".",
    set: [
      `${variable}Version=v${kubernetesVersion}`,
      `${variable}Major=${major ?? ""}`,
      `${variable}Minor=${minor ?? ""}`,
    ],
    binary: "control-plane",
    links: ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"],
    seconds: 200,
  },
} as const satisfies Part;
