import type { KubernetesObject } from "../../manifest/manifest.ts";
import { record } from "../../manifest/json.ts";
import type { Problem } from "./problem.ts";

/** Bytes: etcd's limit for one request, which no larger object passes. */
const maxObjectBytes = 1_572_864;
/** Bytes of all names and values together: the API server's limit for annotations. */
const maxAnnotationBytes = 262_144;

/** Limits that would otherwise stop an update half way. */
export function checkSize(object: KubernetesObject): readonly Problem[] {
  const problems: Problem[] = [];
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes > maxObjectBytes) {
    problems.push({
      code: "OBJECT_TOO_LARGE",
      message: `it has ${bytes} bytes; a cluster stores at most ${maxObjectBytes}.`,
      fix: "Split it into several objects, or move the data out of the object.",
    });
  }
  let annotationBytes = 0;
  for (const [name, value] of Object.entries(record(object.metadata["annotations"]))) {
    annotationBytes += Buffer.byteLength(name) + (typeof value === "string" ? Buffer.byteLength(value) : 0);
  }
  if (annotationBytes > maxAnnotationBytes) {
    problems.push({
      code: "OBJECT_TOO_LARGE",
      message: `its annotations have ${annotationBytes} bytes; Kubernetes accepts at most ${maxAnnotationBytes}.`,
      field: "metadata.annotations",
      fix: "Move the data out of the annotations, into a ConfigMap for example.",
    });
  }
  return problems;
}
