/** What every Kubernetes since 1.29 serves, by group and version: charts ask for kinds, and Helm alone knows groups only. */
const builtIn: Readonly<Record<string, string>> = {
  v1: "ConfigMap Endpoints Event LimitRange Namespace Node PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
  "admissionregistration.k8s.io/v1": "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
  "apiextensions.k8s.io/v1": "CustomResourceDefinition",
  "apiregistration.k8s.io/v1": "APIService",
  "apps/v1": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
  "authentication.k8s.io/v1": "SelfSubjectReview TokenReview",
  "authorization.k8s.io/v1":
    "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  "autoscaling/v1": "HorizontalPodAutoscaler",
  "autoscaling/v2": "HorizontalPodAutoscaler",
  "batch/v1": "CronJob Job",
  "certificates.k8s.io/v1": "CertificateSigningRequest",
  "coordination.k8s.io/v1": "Lease",
  "discovery.k8s.io/v1": "EndpointSlice",
  "events.k8s.io/v1": "Event",
  "flowcontrol.apiserver.k8s.io/v1": "FlowSchema PriorityLevelConfiguration",
  "networking.k8s.io/v1": "Ingress IngressClass NetworkPolicy",
  "node.k8s.io/v1": "RuntimeClass",
  "policy/v1": "PodDisruptionBudget",
  "rbac.authorization.k8s.io/v1": "ClusterRole ClusterRoleBinding Role RoleBinding",
  "scheduling.k8s.io/v1": "PriorityClass",
  "storage.k8s.io/v1": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment",
};

/** Built-in API versions as `.Capabilities.APIVersions` of a cluster lists them: `group/version/Kind`. */
const builtInApiVersions: readonly string[] = Object.entries(builtIn).flatMap(([version, kinds]) =>
  kinds.split(" ").map((kind) => `${version}/${kind}`),
);

/**
 * API versions that templates see: the built-in ones, and those of the document. A cluster that serves a kind serves its
 * group and version too, and charts ask for either.
 */
export function visibleApiVersions(written: readonly string[]): readonly string[] {
  return [...new Set([...builtInApiVersions, ...written.flatMap(withGroupVersion)])];
}

function withGroupVersion(version: string): readonly string[] {
  const isKind = /\/[A-Z][^/]*$/.test(version);
  return isKind ? [version.slice(0, version.lastIndexOf("/")), version] : [version];
}
