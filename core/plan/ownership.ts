import type { JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import { hookAnnotations } from "../manifest/hook-name.ts";
import { record } from "../manifest/json.ts";
import type { HookPhase } from "./hooks/phase.ts";

/** Label that every object of Driftless carries. */
export const managedBy = { label: "app.kubernetes.io/managed-by", value: "driftless" } as const;

/** Annotations that say whose an object is and where it came from. Never the revision: it would change every object. */
export const ownerAnnotations = {
  environment: "driftless.dev/environment",
  application: "driftless.dev/application",
  tenant: "driftless.dev/tenant",
  origin: "driftless.dev/origin",
} as const;

/**
 * Annotation of every live object that is a hook, whatever system its manifest wrote it for: the phases that it runs in.
 * The state holds no resource for such an object, and none is missing.
 */
export const [hookAnnotation] = hookAnnotations;

/** Annotation by which an object asks to be let off policy rules, where the environment lets them be waived: names, by comma. */
export const waiveAnnotation = "driftless.dev/waive";

/** Annotations of ours that manifests may use; every other `driftless.dev/` name is refused in them. */
export const userAnnotations: ReadonlySet<string> = new Set([
  "driftless.dev/wave",
  hookAnnotation,
  "driftless.dev/hook-delete-policy",
  "driftless.dev/prune",
  "driftless.dev/replace",
  "driftless.dev/force-conflicts",
  "driftless.dev/substitute",
  waiveAnnotation,
]);

/** Who owns an object: an application, with the file that the object came from, or a tenant. */
export type Owner =
  | { readonly environment: string; readonly application: string; readonly origin: string }
  | { readonly environment: string; readonly tenant: string };

/** The object with its owner written on it. A `managed-by` label that it brought (charts write `Helm`) is replaced. */
export function stampOwner(object: KubernetesObject, owner: Owner): KubernetesObject {
  const annotations: JsonObject = {
    ...record(object.metadata["annotations"]),
    [ownerAnnotations.environment]: owner.environment,
    ...("tenant" in owner
      ? { [ownerAnnotations.tenant]: owner.tenant }
      : { [ownerAnnotations.application]: owner.application, [ownerAnnotations.origin]: owner.origin }),
  };
  const labels: JsonObject = { ...record(object.metadata["labels"]), [managedBy.label]: managedBy.value };
  return { ...object, metadata: { ...object.metadata, labels, annotations } };
}

/** The object, marked as one that runs in these phases. */
export function stampHook(object: KubernetesObject, phases: readonly HookPhase[]): KubernetesObject {
  const annotations = { ...record(object.metadata["annotations"]), [hookAnnotation]: phases.join(",") };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
