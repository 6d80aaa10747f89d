import { kindGroup, namespaceOf, type KubernetesObject } from "../manifest/manifest.ts";

/** Compares by code unit: the same on every machine, whatever its locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Kinds that others need, in the order in which they are needed; webhooks last, so that they do not stop their own parts. */
const rankedKinds = [
  "CustomResourceDefinition.apiextensions.k8s.io",
  "Namespace",
  "PriorityClass.scheduling.k8s.io",
  "RuntimeClass.node.k8s.io",
  "StorageClass.storage.k8s.io",
  "VolumeAttributesClass.storage.k8s.io",
  "IngressClass.networking.k8s.io",
  "DeviceClass.resource.k8s.io",
  "ResourceQuota",
  "LimitRange",
  "NetworkPolicy.networking.k8s.io",
  "ServiceAccount",
  "ClusterRole.rbac.authorization.k8s.io",
  "ClusterRoleBinding.rbac.authorization.k8s.io",
  "Role.rbac.authorization.k8s.io",
  "RoleBinding.rbac.authorization.k8s.io",
  "ConfigMap",
  "Secret",
  "Service",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Pod",
  "ReplicationController",
  "ReplicaSet.apps",
  "DaemonSet.apps",
  "Deployment.apps",
  "StatefulSet.apps",
  "Job.batch",
  "CronJob.batch",
];
const lastKinds = [
  "APIService.apiregistration.k8s.io",
  "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
  "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
  "MutatingAdmissionPolicy.admissionregistration.k8s.io",
  "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
];
const ranks = new Map([
  ...rankedKinds.map((kind, at): [string, number] => [kind, at]),
  ...lastKinds.map((kind, at): [string, number] => [kind, rankedKinds.length + 1 + at]),
]);

/** Order of objects inside an owner: what others need first, then kind, namespace and name. */
export function compareObjects(left: KubernetesObject, right: KubernetesObject): number {
  const [leftKind, rightKind] = [kindGroup(left), kindGroup(right)];
  return (
    (ranks.get(leftKind) ?? rankedKinds.length) - (ranks.get(rightKind) ?? rankedKinds.length) ||
    compareText(leftKind, rightKind) ||
    compareText(namespaceOf(left) ?? "", namespaceOf(right) ?? "") ||
    compareText(left.metadata.name, right.metadata.name)
  );
}

/**
 * Names in dependency order: by the longest chain of dependencies below each, then by name.
 * Names on a cycle, or above one, have no place in it and are returned as `cyclic`.
 */
export function dependencyOrder(dependsOn: ReadonlyMap<string, readonly string[]>): {
  readonly order: readonly string[];
  readonly cyclic: readonly string[];
} {
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [name, dependencies] of dependsOn) {
    const distinct = new Set(dependencies);
    waiting.set(name, distinct.size);
    for (const dependency of distinct) {
      const known = dependents.get(dependency);
      if (known === undefined) dependents.set(dependency, [name]);
      else known.push(name);
    }
  }
  const order: string[] = [];
  let level = [...dependsOn.keys()].filter((name) => waiting.get(name) === 0);
  while (level.length > 0) {
    order.push(...level.sort(compareText));
    const next: string[] = [];
    for (const name of level) {
      for (const dependent of dependents.get(name) ?? []) {
        const left = (waiting.get(dependent) ?? 0) - 1;
        waiting.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    level = next;
  }
  const placed = new Set(order);
  return { order, cyclic: [...dependsOn.keys()].filter((name) => !placed.has(name)).sort(compareText) };
}
