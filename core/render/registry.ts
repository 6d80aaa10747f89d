import { helmRenderer } from "./helm/helm.ts";
import { kustomizeRenderer } from "./kustomize/kustomize.ts";
import { manifestsRenderer } from "./manifests.ts";
import type { Renderer, RendererName } from "./renderer.ts";

/** Every renderer by its name. */
export const renderers = {
  manifests: manifestsRenderer,
  kustomize: kustomizeRenderer,
  helm: helmRenderer,
} as const satisfies Record<RendererName, Renderer>;
