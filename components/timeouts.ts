import type { CustomTimeouts } from "@pulumi/pulumi";
import { isList, record } from "../core/manifest/json.ts";
import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";

/** Kinds that are gone as soon as they are deleted: nothing runs for them, and nothing has to go first. */
const inertKinds = new Set([
  "ConfigMap",
  "LimitRange",
  "ResourceQuota",
  "Secret",
  "Service",
  "ServiceAccount",
  "ClusterRole.rbac.authorization.k8s.io",
  "ClusterRoleBinding.rbac.authorization.k8s.io",
  "HorizontalPodAutoscaler.autoscaling",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "NetworkPolicy.networking.k8s.io",
  "PodDisruptionBudget.policy",
  "PriorityClass.scheduling.k8s.io",
  "Role.rbac.authorization.k8s.io",
  "RoleBinding.rbac.authorization.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
]);

/**
 * How long the provider may wait for an object. A provider that misses the end of a deletion waits the whole time for
 * it, and only then looks again (seen with 4.18.1, on one object in a hundred): short where a deletion is short.
 */
export function timeoutsOf(object: KubernetesObject, seconds: number): CustomTimeouts {
  const toDelete = isInert(object) ? Math.min(seconds, 20) : seconds;
  return { create: `${seconds}s`, update: `${seconds}s`, delete: `${toDelete}s` };
}

function isInert(object: KubernetesObject): boolean {
  const { finalizers } = object.metadata;
  if (isList(finalizers) && finalizers.length > 0) return false;
  return inertKinds.has(kindGroup(object)) && record(object["spec"])["type"] !== "LoadBalancer";
}
