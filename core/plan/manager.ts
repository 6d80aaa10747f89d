import { record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";

type Reader = (labels: JsonObject, annotations: JsonObject) => string | undefined;

/** How each tool marks what it manages. */
const tools: readonly Reader[] = [
  (_labels, annotations) => {
    const name = text(annotations["meta.helm.sh/release-name"]);
    const namespace = text(annotations["meta.helm.sh/release-namespace"]);
    return name === undefined
      ? undefined
      : `the Helm release ${namespace === undefined ? name : `${namespace}/${name}`}`;
  },
  (labels) => {
    const name = text(labels["kustomize.toolkit.fluxcd.io/name"]);
    return name === undefined
      ? undefined
      : `Flux's Kustomization ${text(labels["kustomize.toolkit.fluxcd.io/namespace"]) ?? ""}/${name}`;
  },
  (labels) => {
    const name = text(labels["helm.toolkit.fluxcd.io/name"]);
    return name === undefined
      ? undefined
      : `Flux's HelmRelease ${text(labels["helm.toolkit.fluxcd.io/namespace"]) ?? ""}/${name}`;
  },
  (labels, annotations) => {
    const tracking = text(annotations["argocd.argoproj.io/tracking-id"]);
    const name = tracking?.split(":")[0] ?? text(labels["argocd.argoproj.io/instance"]);
    return name === undefined ? undefined : `Argo CD's Application ${name}`;
  },
];

/** Which other tool manages a live object, as its metadata says: `the Helm release shop/web`; undefined if none does. */
export function otherManager(live: JsonObject): string | undefined {
  const metadata = record(live["metadata"]);
  const [labels, annotations] = [record(metadata["labels"]), record(metadata["annotations"])];
  for (const read of tools) {
    const found = read(labels, annotations);
    if (found !== undefined) return found;
  }
  return undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
