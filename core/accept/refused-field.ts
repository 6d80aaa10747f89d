import { isSecret } from "../drift/normal-form.ts";
import type { Difference } from "../drift/report.ts";
import type { KubernetesObject } from "../manifest/manifest.ts";
import { managedBy } from "../plan/ownership.ts";
import { NotAccepted } from "./subject.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Why a field that has drifted cannot be written to Git, whatever holds the object; undefined if it can. */
export function refusedField(object: KubernetesObject, difference: Difference): NotAccepted | undefined {
  const { steps, kind, ours } = difference;
  const [first, second, third] = steps;
  if (isSecret(object) && (first === "data" || first === "stringData")) {
    return new NotAccepted(
      "A value of a Secret is never written to Git as it is.",
      "Put the new value where the old one comes from (an encrypted file, an external secret store), or revert it with driftless up --refresh.",
    );
  }
  if (first === "metadata" && third === lastApplied) {
    return new NotAccepted(
      "It is kubectl's own copy of the object, left by kubectl apply.",
      `Remove it: kubectl annotate … ${lastApplied}-`,
    );
  }
  if (first === "metadata" && typeof third === "string" && isOurMark(third)) {
    return new NotAccepted(
      "It is Driftless's own mark on the object, which Git does not hold.",
      "Revert it with driftless up --refresh.",
    );
  }
  if (first === "metadata" && second !== "labels" && second !== "annotations" && second !== "finalizers") {
    return new NotAccepted(
      "It is metadata that a cluster writes, and means nothing elsewhere.",
      "Remove it on the cluster, or ignore it with drift.ignore.",
    );
  }
  if (kind === "moved") {
    return new NotAccepted(
      "Only the order of the items has changed.",
      "Reorder them in Git by hand, or revert it with driftless up --refresh.",
    );
  }
  if (kind === "removed" && !ours) {
    return new NotAccepted(
      "Git does not set it, so Git cannot say that it is gone.",
      "Ignore it with drift.ignore, or restore it on the cluster.",
    );
  }
  return undefined;
}

function isOurMark(key: string): boolean {
  return key === managedBy.label || /^(driftless\.dev|pulumi\.com)\//.test(key);
}
