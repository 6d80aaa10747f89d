import type { Finding } from "../errors/finding.ts";
import type { ExportedFile } from "../git/export.ts";
import type { SourceTree } from "../git/tree.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Parameters } from "../manifest/parameters/substitute.ts";
import type { HelmOptions, KustomizeOptions } from "./options.ts";

/** How an application's manifests are made; chosen by what its folder holds. */
export type RendererName = "manifests" | "kustomize" | "helm";

/** An executable that a renderer starts. */
export interface RenderTool {
  /** Absolute path, from the toolchain. */
  readonly path: string;
  readonly version: string;
}

/** Executables that renderers start. */
export interface RenderTools {
  readonly kustomize: RenderTool;
  readonly helm: RenderTool;
}

/** What one application asks a renderer for. */
export interface RenderRequest {
  readonly application: string;
  /** Folder of the application, from the root of the source. */
  readonly path: string;
  /** Namespace that Helm templates see. The other renderers leave namespaces as they are in Git. */
  readonly namespace: string;
  readonly helm: HelmOptions;
  readonly kustomize?: KustomizeOptions | undefined;
  /** Replace `${name}` in what Kustomize or the folder gives, and are values of a chart; absent if none are declared. */
  readonly parameters?: Parameters | undefined;
  readonly tree: SourceTree;
}

/** What a renderer made. */
export interface Rendering {
  /** In the renderer's order, each with its origin; before image overrides. */
  readonly manifests: readonly Manifest[];
  /** Worth knowing, none of them an error; placed in the source. */
  readonly warnings: readonly Finding[];
}

/** What came out. */
export interface RenderResult extends Rendering {
  readonly renderer: RendererName;
  /** Every file of the source that it depends on, from the root; those of remote bases below their folder. */
  readonly files: readonly string[];
  /** Parameters that no manifest uses. Whether a chart uses one cannot be told. */
  readonly unusedParameters: readonly string[];
  /** True if the result was found in the cache and no process was started. */
  readonly cached: boolean;
}

/** What a rendering needs beside the source. */
export interface RenderContext {
  readonly tools: RenderTools;
  /** The machine cache; results are kept under its `render/`. */
  readonly cache: string;
  /** The way to chart repositories, and logins; only what that takes is read of it. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file of the source that a rendering depends on. */
export interface RenderInput extends ExportedFile {
  /** True if it will be parsed as YAML or JSON, so that it is checked before a tool sees it. */
  readonly yaml: boolean;
}

/** One way to make manifests. */
export interface Renderer {
  readonly name: RendererName;
  /** Everything besides the request and its inputs that the result depends on: version of the tool, how it is called. */
  version(tools: RenderTools): string;
  /** The files of the source that the result depends on: all of them, and no others. Throws for what may not be read. */
  inputs(request: RenderRequest): Promise<readonly RenderInput[]>;
  /**
   * Makes the manifests; parameters other than a chart's are put in by the caller. What is fetched is covered by the inputs.
   * @throws {DriftlessError} with everything that is wrong.
   */
  render(request: RenderRequest, inputs: readonly RenderInput[], context: RenderContext): Promise<Rendering>;
}
