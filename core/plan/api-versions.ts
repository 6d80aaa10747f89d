/**
 * Versions, past and present, of built-in kinds that have had several in one API group, newest first. Kinds that moved
 * to another group (Ingress left `extensions`) are other objects to us: the group is part of the identity.
 */
const builtInVersions: Readonly<Record<string, readonly string[]>> = {
  "ControllerRevision.apps": ["v1", "v1beta2", "v1beta1"],
  "DaemonSet.apps": ["v1", "v1beta2"],
  "Deployment.apps": ["v1", "v1beta2", "v1beta1"],
  "ReplicaSet.apps": ["v1", "v1beta2"],
  "StatefulSet.apps": ["v1", "v1beta2", "v1beta1"],
  "HorizontalPodAutoscaler.autoscaling": ["v2", "v1", "v2beta2", "v2beta1"],
  "CronJob.batch": ["v1", "v1beta1"],
  "Ingress.networking.k8s.io": ["v1", "v1beta1"],
  "IngressClass.networking.k8s.io": ["v1", "v1beta1"],
  "IPAddress.networking.k8s.io": ["v1", "v1beta1"],
  "ServiceCIDR.networking.k8s.io": ["v1", "v1beta1"],
  "PodDisruptionBudget.policy": ["v1", "v1beta1"],
  "Role.rbac.authorization.k8s.io": ["v1", "v1beta1"],
  "RoleBinding.rbac.authorization.k8s.io": ["v1", "v1beta1"],
  "ClusterRole.rbac.authorization.k8s.io": ["v1", "v1beta1"],
  "ClusterRoleBinding.rbac.authorization.k8s.io": ["v1", "v1beta1"],
  "CustomResourceDefinition.apiextensions.k8s.io": ["v1", "v1beta1"],
  "APIService.apiregistration.k8s.io": ["v1", "v1beta1"],
  "MutatingWebhookConfiguration.admissionregistration.k8s.io": ["v1", "v1beta1"],
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io": ["v1", "v1beta1"],
  "MutatingAdmissionPolicy.admissionregistration.k8s.io": ["v1", "v1beta1", "v1alpha1"],
  "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io": ["v1", "v1beta1", "v1alpha1"],
  "ValidatingAdmissionPolicy.admissionregistration.k8s.io": ["v1", "v1beta1"],
  "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": ["v1", "v1beta1"],
  "Lease.coordination.k8s.io": ["v1", "v1beta1"],
  "EndpointSlice.discovery.k8s.io": ["v1", "v1beta1"],
  "Event.events.k8s.io": ["v1", "v1beta1"],
  "FlowSchema.flowcontrol.apiserver.k8s.io": ["v1", "v1beta3"],
  "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io": ["v1", "v1beta3"],
  "RuntimeClass.node.k8s.io": ["v1", "v1beta1"],
  "DeviceClass.resource.k8s.io": ["v1", "v1beta2", "v1beta1"],
  "ResourceClaim.resource.k8s.io": ["v1", "v1beta2", "v1beta1"],
  "ResourceClaimTemplate.resource.k8s.io": ["v1", "v1beta2", "v1beta1"],
  "PriorityClass.scheduling.k8s.io": ["v1", "v1beta1"],
  "CSIDriver.storage.k8s.io": ["v1", "v1beta1"],
  "CSIStorageCapacity.storage.k8s.io": ["v1", "v1beta1"],
  "StorageClass.storage.k8s.io": ["v1", "v1beta1"],
  "VolumeAttributesClass.storage.k8s.io": ["v1", "v1beta1"],
};

/** What custom kinds are usually versioned as. Few, because every object of such a kind carries them all as aliases. */
const customVersions = ["v1", "v1beta1", "v1beta2", "v1alpha1", "v1alpha2", "v2"];

/** Groups that only Kubernetes itself serves: a kind of theirs that is not in the table has one version. */
const builtInGroups = new Set([
  "core",
  ...Object.keys(builtInVersions).map((kind) => kind.slice(kind.indexOf(".") + 1)),
]);

/** All versions under which a kind of this group (`core` for the core group) may be known, itself included. */
export function siblingVersions(group: string, kind: string): readonly string[] {
  return builtInVersions[`${kind}.${group}`] ?? (builtInGroups.has(group) ? [] : customVersions);
}
