import type { Part } from "../part.ts";
import { kubernetesVersion } from "./control-plane.ts";

/** kubectl: an installed one that speaks to the current servers, else the one inside the local control plane. */
export const kubectl = {
  title: "kubectl",
  version: kubernetesVersion,
  advice: "install kubectl 1.35 or newer: https://kubernetes.io/docs/tasks/tools/",
  installed: { command: "kubectl", versionArgs: ["version", "--client"], atLeast: "1.35.0", below: "2.0.0" },
  memberOf: "control-plane",
} as const satisfies Part;
