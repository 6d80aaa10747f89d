import type { SourceTree } from "../git/tree.ts";
import type { Manifest } from "../manifest/manifest.ts";

/** How an application's manifests are made; chosen by what its folder holds. */
export type RendererName = "manifests" | "kustomize" | "helm";

/** Executables that renderers start. Absolute paths, from the toolchain. */
export interface RenderTools {
  readonly kustomize: { readonly path: string; readonly version: string };
  readonly helm: { readonly path: string; readonly version: string };
}

/** What one application asks a renderer for. All paths are relative to the root of the source. */
export interface RenderRequest {
  readonly application: string;
  readonly path: string;
  readonly namespace: string;
  readonly helm: { readonly release: string; readonly values: readonly string[] };
  readonly tree: SourceTree;
}

/** What came out: manifests in the renderer's order, each with its origin; before image overrides. */
export interface RenderResult {
  readonly renderer: RendererName;
  readonly manifests: readonly Manifest[];
  /** True if the result was found in the cache and no process was started. */
  readonly cached: boolean;
}
