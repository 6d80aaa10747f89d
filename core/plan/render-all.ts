import { isDeepStrictEqual } from "node:util";
import type { ApplicationSpec, EnvironmentSpec } from "../environment/spec.ts";
import { DriftlessError, failure } from "../errors/error.ts";
import type { Finding, Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import type { SourceTree } from "../git/tree.ts";
import { renderApplication } from "../render/render.ts";
import type { RenderContext, RenderResult } from "../render/renderer.ts";
import { compareText } from "./order.ts";
import { variantsOf } from "./override.ts";
import { renderRequests, type RequestedRendering } from "./render-request.ts";

/** What an application's renderer made. */
export interface RenderedApplication extends RenderResult {
  /** What it made for clusters that differ, in the order of `variantsOf`; absent where all are alike. */
  readonly variants?: readonly RenderResult[];
}

/** Renderers at work at a time. Each may use a core and a good deal of memory. */
const concurrency = 3;

/** What rendering all applications needs. */
export interface RenderAllInput {
  readonly spec: EnvironmentSpec;
  readonly tree: SourceTree;
  /** Where a path of the environment document is written. */
  readonly locate: (path: readonly string[]) => Place;
  /** Hears of each application that was rendered. */
  readonly progress?: (line: string) => void;
  /** Applications of which the result is known already. Default: none. */
  readonly known?: ReadonlyMap<string, RenderedApplication>;
}

/** What could not be rendered. */
export interface FailedRendering {
  readonly applications: ReadonlySet<string>;
  /** Everything that is wrong with any of them, each finding with the name of its application. */
  readonly error: DriftlessError;
}

/**
 * Renders every application. One that fails does not keep the others from being looked at.
 * @throws INTERRUPTED, and nothing else that is written for a user.
 */
export async function renderEach(
  input: RenderAllInput,
  context: RenderContext,
): Promise<{
  readonly rendered: ReadonlyMap<string, RenderedApplication>;
  readonly failed: FailedRendering | undefined;
}> {
  const names = Object.keys(input.spec.applications).sort(compareText);
  const rendered = new Map(input.known);
  const failed = new Map<string, DriftlessError>();
  const queue = names.filter((name) => !rendered.has(name)).values();
  const worker = async (): Promise<void> => {
    for (const name of queue) {
      try {
        const result = await renderOne(name, input, context);
        rendered.set(name, result);
        input.progress?.(`rendered ${name} (${result.renderer}${result.cached ? ", cached" : ""})`);
      } catch (error) {
        if (!(error instanceof DriftlessError) || error.code === "INTERRUPTED") throw error;
        failed.set(name, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, names.length) }, worker));
  return { rendered, failed: failureOf(names, failed, input) };
}

/** Once for each of the distinct settings that its clusters have. */
async function renderOne(name: string, input: RenderAllInput, context: RenderContext): Promise<RenderedApplication> {
  const { spec } = input;
  const application = spec.applications[name];
  if (application === undefined) throw new RangeError(`application ${name} is not in the environment`);
  const results: RenderResult[] = [];
  for (const variant of variantsOf(application, spec.clusters)) {
    results.push(await renderVariant(name, variant.application, input, context));
  }
  const [first, ...others] = results;
  if (first === undefined) throw new RangeError(`application ${name} has no cluster`);
  if (others.length === 0) return first;
  return {
    ...first,
    warnings: [
      ...new Map(results.flatMap(({ warnings }) => warnings.map((each) => [JSON.stringify(each), each]))).values(),
    ],
    unusedParameters: first.unusedParameters.filter((each) =>
      others.every(({ unusedParameters }) => unusedParameters.includes(each)),
    ),
    cached: results.every(({ cached }) => cached),
    files: [...new Set(results.flatMap(({ files }) => files))],
    variants: results,
  };
}

async function renderVariant(
  name: string,
  application: ApplicationSpec,
  { spec, tree }: RenderAllInput,
  context: RenderContext,
): Promise<RenderResult> {
  const [first, ...others] = renderRequests(name, spec, application, tree);
  if (first === undefined) throw new RangeError(`application ${name} has no cluster`);
  const result = await renderApplication(first.request, context);
  // Only charts see which cluster they are rendered for.
  if (result.renderer !== "helm") return result;
  for (const other of others) {
    const { manifests } = await renderApplication(other.request, context);
    if (!isDeepStrictEqual(manifests, result.manifests)) throw differs(first, other);
  }
  return result;
}

/** An application is the same wherever it runs; without a place, so that it is placed where the path is written. */
function differs(one: RequestedRendering, other: RequestedRendering): DriftlessError {
  const describe = ({ clusters, request }: RequestedRendering): string =>
    `${clusters.map((cluster) => quote(cluster)).join(", ")} (Kubernetes ${request.helm.kubeVersion ?? "unknown"})`;
  return failure(
    "RENDER_FAILED",
    `The chart makes other objects for ${describe(one)} than for ${describe(other)}.`,
    "Make it an application for each, or say in `helm.kubeVersion` and `helm.apiVersions` what it is to see everywhere.",
  );
}

/** One error of all, in the order of the names and not in that of their failing. */
function failureOf(
  names: readonly string[],
  failed: ReadonlyMap<string, DriftlessError>,
  input: RenderAllInput,
): FailedRendering | undefined {
  const found = names.flatMap((name) =>
    (failed.get(name)?.findings ?? []).map((finding) => {
      const place = finding.place ?? input.locate(["applications", name, "path"]);
      return { name, finding: { ...finding, place } };
    }),
  );
  const [first, ...rest] = saidOnce(found);
  if (first === undefined) return undefined;
  const error = new DriftlessError([first, ...rest], { cause: [...failed.values()] });
  return { applications: new Set(failed.keys()), error };
}

/** What renderers had to say, in the order of the names of applications. */
export function renderWarnings(rendered: ReadonlyMap<string, RenderResult>): readonly Finding[] {
  return saidOnce(
    [...rendered]
      .sort(([left], [right]) => compareText(left, right))
      .flatMap(([name, { warnings }]) => warnings.map((finding) => ({ name, finding }))),
  );
}

/** Findings with the names of their applications; many applications of one path have the same. */
function saidOnce(found: readonly { readonly name: string; readonly finding: Finding }[]): readonly Finding[] {
  const shared = new Map<string, { readonly name: string; readonly finding: Finding; more: number }>();
  for (const { name, finding } of found) {
    const key = JSON.stringify(finding);
    const known = shared.get(key);
    if (known === undefined) shared.set(key, { name, finding, more: 0 });
    else known.more += 1;
  }
  return [...shared.values()].map(({ name, finding, more }) => {
    if (finding.message.startsWith("Application ")) return finding;
    const others = more === 0 ? "" : ` and ${more} more`;
    return { ...finding, message: `Application "${name}"${others}: ${finding.message}` };
  });
}
