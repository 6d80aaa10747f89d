import { kindGroup, type KubernetesObject } from "../manifest/manifest.ts";
import { daemonSet } from "./daemon-set.ts";
import { deployment } from "./deployment.ts";
import { generic } from "./generic.ts";
import { job } from "./job.ts";
import { persistentVolumeClaim } from "./persistent-volume-claim.ts";
import { pod } from "./pod.ts";
import { replicaSet } from "./replica-set.ts";
import { service } from "./service.ts";
import { statefulSet } from "./stateful-set.ts";
import { progressing, type Health, type HealthCheck } from "./status.ts";

/** Checks by `Kind.group`; every other kind is judged by what most controllers agree on. */
const checks: Readonly<Record<string, HealthCheck>> = {
  "DaemonSet.apps": daemonSet,
  "Deployment.apps": deployment,
  "Job.batch": job,
  PersistentVolumeClaim: persistentVolumeClaim,
  Pod: pod,
  "ReplicaSet.apps": replicaSet,
  Service: service,
  "StatefulSet.apps": statefulSet,
};

/** How objects are judged in an environment. */
export interface HealthChecks {
  /** How a live object is doing. */
  healthOf(object: KubernetesObject): Health;
  /** True for a kind, `Kind.group`, of which it is enough that the object is there. */
  isStatic(kind: string): boolean;
}

/** The checks that every environment has. */
export const builtInChecks: HealthChecks = { healthOf, isStatic: (kind) => staticKinds.has(kind) };

/** Kinds without a status that would say more than that they exist. */
const staticKinds: ReadonlySet<string> = new Set([
  "ClusterRole.rbac.authorization.k8s.io",
  "ClusterRoleBinding.rbac.authorization.k8s.io",
  "ConfigMap",
  "IngressClass.networking.k8s.io",
  "LimitRange",
  "MutatingWebhookConfiguration.admissionregistration.k8s.io",
  "NetworkPolicy.networking.k8s.io",
  "PriorityClass.scheduling.k8s.io",
  "ResourceQuota",
  "Role.rbac.authorization.k8s.io",
  "RoleBinding.rbac.authorization.k8s.io",
  "RuntimeClass.node.k8s.io",
  "Secret",
  "ServiceAccount",
  "StorageClass.storage.k8s.io",
  "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
]);

/** How a live object is doing, judged by itself alone. An object that is being deleted is progressing. */
export function healthOf(object: KubernetesObject): Health {
  if (typeof object.metadata["deletionTimestamp"] === "string") return progressing("It is being deleted.");
  const kind = kindGroup(object);
  // A custom resource may be called anything, `constructor` among it.
  const check = Object.hasOwn(checks, kind) ? checks[kind] : undefined;
  return (check ?? generic)(object);
}
