import { failure, throwErrors } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { substitute } from "../manifest/parameters/substitute.ts";
import { cacheKey, readCached, writeCached } from "./cache.ts";
import { chooseRenderer } from "./choose.ts";
import { checkAborted } from "./inputs.ts";
import { renderers } from "./registry.ts";
import type { RenderContext, Rendering, RendererName, RenderRequest, RenderResult } from "./renderer.ts";

/** Raised when what is done with a renderer's output changes, so that older results are not found any more. */
const formatVersion = 4;

/**
 * Renders one application at the pinned commit, or finds the result of an earlier rendering of the same inputs. A tool
 * runs in a private folder that holds its inputs only, with an empty environment and limits, and never on the network; pinned charts are fetched before, outside of it.
 * Applications that differ in their parameters only share one rendering, unless it is a chart's.
 * @throws {DriftlessError} with everything that is wrong; nothing is ever returned in part.
 */
export async function renderApplication(asked: RenderRequest, context: RenderContext): Promise<RenderResult> {
  checkAborted(context.signal);
  const name = await rendererOf(asked);
  checkOptions(asked, name);
  const { parameters } = asked;
  if (parameters === undefined || name === "helm") {
    const result = await renderTemplate(name, withValues(asked), context);
    return { renderer: name, ...result, unusedParameters: [] };
  }
  const { manifests: templates, warnings, cached, files } = await renderTemplate(name, asked, context);
  const { manifests, findings, unused } = substitute(templates, parameters);
  throwErrors(findings);
  return { renderer: name, manifests, warnings, cached, files, unusedParameters: unused };
}

async function renderTemplate(
  name: RendererName,
  request: RenderRequest,
  context: RenderContext,
): Promise<Rendering & Pick<RenderResult, "cached" | "files">> {
  const renderer = renderers[name];
  const inputs = await renderer.inputs(request);
  const key = cacheKey([
    formatVersion,
    name,
    renderer.version(context.tools),
    request.path,
    optionsOf(request, name),
    inputs.map(({ path, from }) => [path, from.id, from.kind]),
  ]);
  const files = [...new Set(inputs.map(({ from }) => from.path))];
  const known = await readCached(context.cache, key);
  if (known !== undefined) return { ...known, files, cached: true };
  const rendering = await renderer.render(request, inputs, context);
  await writeCached(context.cache, key, rendering);
  return { ...rendering, files, cached: false };
}

/** A chart's parameters are its last values. */
function withValues(request: RenderRequest): RenderRequest {
  const { helm, parameters } = request;
  if (parameters === undefined) return request;
  return { ...request, helm: { ...helm, valuesObject: { ...helm.valuesObject, ...parameters } } };
}

/** A chart from a repository needs no chart in the folder, and must not find one there. */
async function rendererOf({ tree, path, helm }: RenderRequest): Promise<RendererName> {
  const found = await chooseRenderer(tree, path);
  if (helm.chart === undefined) return found;
  if (found === "manifests") return "helm";
  const message = `The application names a chart of a repository, but ${quote(path)} has one or a kustomization of its own.`;
  throw failure("CONFIG_INVALID", message, "Remove `helm.chart`, or name a folder that holds values files only.");
}

/** What the result depends on beside the files: whatever the renderer is told, and nothing that it does not hear of. */
function optionsOf({ namespace, helm, kustomize, parameters }: RenderRequest, name: RendererName): unknown {
  const isTemplate = parameters !== undefined;
  return { manifests: [isTemplate], kustomize: [isTemplate, kustomize], helm: [namespace, helm] }[name];
}

/** @throws CONFIG_INVALID without a place, so that it is placed where the path is written. */
function checkOptions({ kustomize, path }: RenderRequest, name: RendererName): void {
  if (kustomize === undefined || name === "kustomize") return;
  const message = `The application has settings for Kustomize, but ${quote(path)} has no kustomization.`;
  throw failure("CONFIG_INVALID", message, "Add a kustomization.yaml that lists its manifests, or remove `kustomize`.");
}
