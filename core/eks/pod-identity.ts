import type { EksSpec } from "../environment/spec.ts";
import { compareText } from "../plan/order.ts";
import { addonsOf, volumeDriver } from "./addons.ts";
import { podRoleName, volumeRoleName } from "./names.ts";

/** A service account whose pods act as a role. */
export interface PodIdentityPlan {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** A role that exists, by its ARN, or one to make. */
  readonly role: string | MadeRole;
}

/** A role to make. */
export interface MadeRole {
  /** What its resource is called; no two of a cluster are the same. */
  readonly key: string;
  /** Its name at AWS. */
  readonly name: string;
  /** Policies by ARN, or by their name among those of AWS, as in `service-role/AmazonEBSCSIDriverPolicy`. */
  readonly policies: readonly string[];
}

/** The Pod Identity associations of a cluster, that of the driver of EBS volumes included. */
export function podIdentitiesOf(spec: Pick<EksSpec, "name" | "podIdentity" | "addons">): readonly PodIdentityPlan[] {
  const own = Object.entries(spec.podIdentity).map(([key, entry]): PodIdentityPlan => ({
    namespace: entry.namespace,
    serviceAccount: entry.serviceAccount,
    role: entry.role ?? {
      key: `pod/${key}`,
      name: podRoleName(spec.name, key),
      policies: [...(entry.policies ?? [])].sort(compareText),
    },
  }));
  const { addon, namespace, serviceAccount } = volumeDriver;
  const needed =
    addonsOf(spec).some(({ name }) => name === addon) &&
    !own.some((each) => each.namespace === namespace && each.serviceAccount === serviceAccount);
  const policies = ["service-role/AmazonEBSCSIDriverPolicy"];
  const driver = { namespace, serviceAccount, role: { key: "ebs-csi", name: volumeRoleName(spec.name), policies } };
  return (needed ? [...own, driver] : own).sort((left, right) =>
    compareText(`${left.namespace}/${left.serviceAccount}`, `${right.namespace}/${right.serviceAccount}`),
  );
}
