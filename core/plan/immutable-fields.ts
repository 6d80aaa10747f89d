import type { ObjectChange } from "./change.ts";

/** What the API server does not let anybody change in an object that is there, by kind; field paths or their beginnings. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  "Deployment.apps": ["spec.selector"],
  "DaemonSet.apps": ["spec.selector"],
  "ReplicaSet.apps": ["spec.selector"],
  "StatefulSet.apps": ["spec.selector", "spec.serviceName", "spec.podManagementPolicy", "spec.volumeClaimTemplates"],
  "Job.batch": ["spec.selector", "spec.template", "spec.completionMode"],
  PersistentVolumeClaim: [
    ...["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeMode"],
    ...["spec.dataSource", "spec.dataSourceRef"],
  ],
  "StorageClass.storage.k8s.io": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
  "RoleBinding.rbac.authorization.k8s.io": ["roleRef"],
  "ClusterRoleBinding.rbac.authorization.k8s.io": ["roleRef"],
  "PriorityClass.scheduling.k8s.io": ["value", "preemptionPolicy"],
  "RuntimeClass.node.k8s.io": ["handler"],
  "IngressClass.networking.k8s.io": ["spec.controller"],
  Secret: ["type"],
};

/**
 * Fields of an update that no API server takes, so that the object has to be deleted and created again. Kubernetes has more
 * of them, of which only the cluster knows; none is named that it might take.
 */
export function immutableFieldsOf({ action, kind, hook, fields }: ObjectChange): readonly string[] {
  if (action !== "update" || hook !== undefined) return [];
  const known = immutable[kind] ?? [];
  return fields
    .map(({ path }) => path)
    .filter((path) =>
      known.some((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`)),
    );
}
