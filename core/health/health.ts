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

/** How a live object is doing, judged by itself alone. An object that is being deleted is progressing. */
export function healthOf(object: KubernetesObject): Health {
  if (typeof object.metadata["deletionTimestamp"] === "string") return progressing("It is being deleted.");
  const kind = kindGroup(object);
  // A custom resource may be called anything, `constructor` among it.
  const check = Object.hasOwn(checks, kind) ? checks[kind] : undefined;
  return (check ?? generic)(object);
}
