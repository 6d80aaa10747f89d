import type { EksSpec } from "../environment/spec.ts";
import { canonicalJson, plainJson } from "../manifest/json.ts";
import { compareText } from "../plan/order.ts";

/** An add-on to make. */
export interface AddonPlan {
  readonly name: string;
  /** Absent: EKS chooses, once. */
  readonly version?: string;
  /** JSON. */
  readonly configuration?: string;
  /** True for add-ons without which a node does not become ready: they are there before the first one. */
  readonly beforeNodes: boolean;
}

/**
 * The add-ons that a cluster has unless it says otherwise. DaemonSets are active without a node and come first, so that
 * nodes find them; EKS calls a Deployment degraded until a node runs it, so these follow the nodes.
 */
export const defaultAddons: Readonly<Record<string, "beforeNodes" | "afterNodes">> = {
  "aws-ebs-csi-driver": "afterNodes",
  coredns: "afterNodes",
  "eks-pod-identity-agent": "beforeNodes",
  "kube-proxy": "beforeNodes",
  "vpc-cni": "beforeNodes",
};

/** The driver of EBS volumes and the service account that needs rights at AWS. */
export const volumeDriver = {
  addon: "aws-ebs-csi-driver",
  namespace: "kube-system",
  serviceAccount: "ebs-csi-controller-sa",
} as const;

/** The add-on by which pods get the credentials of roles. */
export const podIdentityAgent = "eks-pod-identity-agent";

/** The add-ons of a cluster, by name. */
export function addonsOf({ addons }: Pick<EksSpec, "addons">): readonly AddonPlan[] {
  const names = [...new Set([...Object.keys(defaultAddons), ...Object.keys(addons)])].sort(compareText);
  return names.flatMap((name): readonly AddonPlan[] => {
    const { enabled = true, version, configuration } = addons[name] ?? {};
    if (!enabled) return [];
    return [
      {
        name,
        ...(version === undefined ? {} : { version }),
        ...(configuration === undefined ? {} : { configuration: canonicalJson(plainJson(configuration)) }),
        beforeNodes: defaultAddons[name] === "beforeNodes",
      },
    ];
  });
}
