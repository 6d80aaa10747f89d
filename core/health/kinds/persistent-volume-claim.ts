import { record } from "../../manifest/json.ts";
import type { KubernetesObject } from "../../manifest/manifest.ts";
import {
  failed,
  healthy,
  progressing,
  specOf,
  statusOf,
  suspended,
  text,
  type Health,
  type HealthCheck,
} from "../status.ts";

/** Healthy once it is bound; degraded if its volume is lost. See `waitsForConsumer` for one that nobody mounts yet. */
export const persistentVolumeClaim: HealthCheck = (object) => {
  const phase = text(statusOf(object)["phase"]);
  if (phase === "Bound") return healthy("The claim is bound.");
  if (phase === "Lost") return failed("The volume of the claim is lost.");
  return progressing("The claim is not bound yet.");
};

/** Set by the scheduler once a pod that mounts the claim has a node. */
const selectedNode = "volume.kubernetes.io/selected-node";

/**
 * Suspended, if nothing will happen to a claim before a pod mounts it: waiting for it would never end. `lateClasses`
 * are the StorageClasses with `volumeBindingMode: WaitForFirstConsumer`; undefined if they may not be read, so that
 * every claim might be one of these.
 */
export function waitsForConsumer(
  object: KubernetesObject,
  lateClasses: ReadonlySet<string> | undefined,
): Health | undefined {
  if (text(statusOf(object)["phase"]) !== "Pending") return undefined;
  if (record(object.metadata["annotations"])[selectedNode] !== undefined) return undefined;
  const { storageClassName } = specOf(object);
  if (lateClasses?.has(text(storageClassName)) === false) return undefined;
  return suspended("The claim is bound once a Pod mounts it.");
}
