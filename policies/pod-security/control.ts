import type { Violation } from "../../core/policy/violation.ts";
import type { Pod } from "./pod.ts";

/** One control of the Pod Security Standards, in all its versions. */
export interface Control {
  /** What Kubernetes calls it: `hostNamespaces`. Ours is the same in kebab case, with dashes for underscores. */
  readonly kubernetesId: string;
  /** The first profile that it belongs to; `restricted` has all of `baseline` too. */
  readonly profile: "baseline" | "restricted";
  /** A control of `baseline` that it stands in for where both apply. */
  readonly overrides?: string;
  /** What it asks for since which minor version of Kubernetes 1, the oldest first. */
  readonly versions: readonly { readonly since: number; readonly check: Check }[];
}

/** What is wrong with a pod; never throws. */
export type Check = (pod: Pod) => readonly Found[];

/** A violation whose control its place in the registry says. */
export type Found = Omit<Violation, "control"> & Required<Pick<Violation, "path">>;
