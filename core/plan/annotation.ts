import { record } from "../manifest/json.ts";
import type { KubernetesObject } from "../manifest/manifest.ts";
import { fieldPath } from "./path.ts";

/** The text of an annotation; undefined where there is none. */
export function annotation(object: KubernetesObject, name: string): string | undefined {
  const value = record(object.metadata["annotations"])[name];
  return typeof value === "string" ? value : undefined;
}

/** How messages write where an annotation is: `metadata.annotations["driftless.dev/wave"]`. */
export function annotationField(name: string): string {
  return fieldPath(["metadata", "annotations", name]);
}

/** The words of a list that is separated by commas, each once; the empty string where one is missing. */
export function words(text: string): readonly string[] {
  return [...new Set(text.split(",").map((word) => word.trim()))];
}
