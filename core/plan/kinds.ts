/**
 * Every kind that Kubernetes 1.36 serves and that can be read back, all API versions and feature gates on, as
 * `<group>: <kinds>`. Made from the discovery of a kube-apiserver started with `--runtime-config=api/all=true
 * --feature-gates=AllAlpha=true,AllBeta=true`:
 *
 *     kubectl api-resources --namespaced=true -o wide     (and --namespaced=false), kinds with the verb `get`
 *
 * Kinds that can only be created (TokenReview and its like) are left out: nothing of them remains to be owned.
 */
const namespaced: Readonly<Record<string, string>> = {
  "": "ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
  apps: "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
  autoscaling: "HorizontalPodAutoscaler",
  batch: "CronJob Job",
  "certificates.k8s.io": "PodCertificateRequest",
  "coordination.k8s.io": "Lease LeaseCandidate",
  "discovery.k8s.io": "EndpointSlice",
  "events.k8s.io": "Event",
  "networking.k8s.io": "Ingress NetworkPolicy",
  policy: "PodDisruptionBudget",
  "rbac.authorization.k8s.io": "Role RoleBinding",
  "resource.k8s.io": "ResourceClaim ResourceClaimTemplate",
  "scheduling.k8s.io": "PodGroup Workload",
  "storage.k8s.io": "CSIStorageCapacity",
};

const clusterScoped: Readonly<Record<string, string>> = {
  "": "ComponentStatus Namespace Node PersistentVolume",
  "admissionregistration.k8s.io":
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  "apiextensions.k8s.io": "CustomResourceDefinition",
  "apiregistration.k8s.io": "APIService",
  "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
  "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
  "internal.apiserver.k8s.io": "StorageVersion",
  "networking.k8s.io": "IPAddress IngressClass ServiceCIDR",
  "node.k8s.io": "RuntimeClass",
  "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
  "resource.k8s.io": "DeviceClass DeviceTaintRule ResourcePoolStatusRequest ResourceSlice",
  "scheduling.k8s.io": "PriorityClass",
  "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
  "storagemigration.k8s.io": "StorageVersionMigration",
};

/** Where objects of a kind live. */
export type Scope = "namespaced" | "cluster";

function entries(table: Readonly<Record<string, string>>, scope: Scope): [string, Scope][] {
  return Object.entries(table).flatMap(([group, kinds]) =>
    kinds.split(" ").map((kind): [string, Scope] => [group === "" ? kind : `${kind}.${group}`, scope]),
  );
}

/** Scope of each built-in kind, by `Kind.group` (`Kind` in the core group). */
export const builtInKinds: ReadonlyMap<string, Scope> = new Map([
  ...entries(namespaced, "namespaced"),
  ...entries(clusterScoped, "cluster"),
]);
