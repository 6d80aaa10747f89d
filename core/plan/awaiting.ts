import { record } from "../manifest/json.ts";
import { kindGroup, type KubernetesObject } from "../manifest/manifest.ts";

/** Annotation that tells the Kubernetes provider not to wait until an object is ready. It lands on the live object. */
const skipAwait = "pulumi.com/skipAwait";

/**
 * The object, marked where the provider's waiting says nothing: it holds a Service for ten seconds after its endpoints
 * have settled, while the workload behind it is waited for anyway. A load balancer is waited for: its address is news.
 */
export function skipPointlessWait(object: KubernetesObject): KubernetesObject {
  if (kindGroup(object) !== "Service" || record(object["spec"])["type"] === "LoadBalancer") return object;
  const annotations = { ...record(object.metadata["annotations"]), [skipAwait]: "true" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
