/** Kinds whose spelling cannot be guessed from lower case. */
const mixedCase = [
  "APIService",
  "ClusterRole",
  "ClusterRoleBinding",
  "ConfigMap",
  "CronJob",
  "CustomResourceDefinition",
  "DaemonSet",
  "EndpointSlice",
  "HorizontalPodAutoscaler",
  "IngressClass",
  "LimitRange",
  "MutatingWebhookConfiguration",
  "NetworkPolicy",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "PodDisruptionBudget",
  "PriorityClass",
  "ReplicaSet",
  "ReplicationController",
  "ResourceQuota",
  "RoleBinding",
  "ServiceAccount",
  "StatefulSet",
  "StorageClass",
  "ValidatingWebhookConfiguration",
] as const;

/** The kind that was probably meant by one that begins with a lower-case letter, such as `deployment`. */
export function suggestKind(kind: string): string {
  const known = mixedCase.find((candidate) => candidate.toLowerCase() === kind.toLowerCase());
  return known ?? kind.charAt(0).toUpperCase() + kind.slice(1);
}
