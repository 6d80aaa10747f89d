import { cacheKey, readCached, writeCached } from "./cache.ts";
import { chooseRenderer } from "./choose.ts";
import { checkAborted } from "./inputs.ts";
import { renderers } from "./registry.ts";
import type { RenderContext, RenderRequest, RenderResult } from "./renderer.ts";

/** Raised when what is done with a renderer's output changes, so that older results are not found any more. */
const formatVersion = 1;

/**
 * Renders one application at the pinned commit, or finds the result of an earlier rendering of the same inputs. A tool
 * runs in a private folder that holds its inputs only, with an empty environment and limits, and never on the network.
 * @throws {DriftlessError} with everything that is wrong; nothing is ever returned in part.
 */
export async function renderApplication(request: RenderRequest, context: RenderContext): Promise<RenderResult> {
  checkAborted(context.signal);
  const name = await chooseRenderer(request.tree, request.path);
  const renderer = renderers[name];
  const inputs = await renderer.inputs(request);
  const key = cacheKey([
    formatVersion,
    name,
    renderer.version(context.tools),
    request.path,
    request.namespace,
    request.helm.release,
    request.helm.values,
    inputs.map(({ path, from }) => [path, from.id, from.kind]),
  ]);
  const known = await readCached(context.cache, key);
  if (known !== undefined) return { renderer: name, manifests: known, cached: true };
  const manifests = await renderer.render(request, inputs, context);
  await writeCached(context.cache, key, manifests);
  return { renderer: name, manifests, cached: false };
}
