import { loadEnvironment, type LoadedEnvironment } from "../environment/load.ts";
import { DriftlessError, failure, throwErrors } from "../errors/error.ts";
import { errorFinding, type Finding, type Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { joinInside } from "../git/path.ts";
import { MountedTree, type Mount } from "../git/mounted-tree.ts";
import { checkRevision } from "../git/ref.ts";
import { mountOf } from "../git/remote-base.ts";
import { openSource } from "../git/source.ts";
import type { OpenedSource, SourceTree } from "../git/tree.ts";
import { parseImages, type ImageOverrides } from "../manifest/images.ts";
import { fetchPacks } from "../policy/fetch-packs.ts";
import { packFolder, packTitle } from "../policy/pack-entry.ts";
import type { RenderTools } from "../render/renderer.ts";
import { buildPlan } from "./build.ts";
import { digestPacks } from "./packs.ts";
import type { EnvironmentPlan } from "./plan.ts";
import { unusedParameters } from "./parameters.ts";
import { renderEach, renderWarnings, type FailedRendering, type RenderedApplication } from "./render-all.ts";
import { unchangedRenderings, type EarlierRendering } from "./unchanged.ts";

/** What a plan is computed from. */
export interface ComputeRequest {
  /** Project root: absolute path. */
  readonly project: string;
  /** Folder of its documents and packs, where that is not the project itself: another commit of it, written out. */
  readonly documents?: string | undefined;
  /** Name of the environment. */
  readonly environment: string;
  /** A full commit id to plan instead of the pin, which then may be missing or wrong. */
  readonly revision?: string | undefined;
  /** The machine cache: absolute path. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly tools: RenderTools;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each step. */
  readonly progress?: ((line: string) => void) | undefined;
}

/** A plan that may be carried out, and what it came from. */
export interface ComputedPlan {
  readonly plan: EnvironmentPlan;
  /** Worth knowing, none of them an error. */
  readonly warnings: readonly Finding[];
  readonly environment: LoadedEnvironment;
  /** Whether Git had to be asked for the commit. */
  readonly from: OpenedSource["from"];
  /** The files of the commit. */
  readonly tree: SourceTree;
  /** By application, before image overrides. */
  readonly rendered: ReadonlyMap<string, RenderedApplication>;
}

/**
 * From the name of an environment to its plan. No cluster is asked, and nothing is written outside the cache but packs of repositories.
 * @throws {DriftlessError} with everything that is wrong at the first step at which anything is.
 */
export async function computePlan(request: ComputeRequest): Promise<ComputedPlan> {
  const revision = request.revision === undefined ? undefined : checkRevision(request.revision);
  const document = await loadEnvironment(request.documents ?? request.project, request.environment, { revision });
  const { failed, findings, ...computed } = await surveyPlan(document, request);
  if (failed !== undefined) throw failed.error;
  return { ...computed, warnings: throwErrors(findings) };
}

/** What planning an environment came to, whatever is wrong with it. */
export interface SurveyedPlan extends Omit<ComputedPlan, "warnings"> {
  /** Everything that is wrong with it or worth knowing; a plan with an error must not be carried out. */
  readonly findings: readonly Finding[];
  /** Applications that could not be rendered and have no objects in the plan; undefined if all could. */
  readonly failed: FailedRendering | undefined;
}

/** How a survey is made. */
export interface SurveyRequest extends Omit<ComputeRequest, "environment" | "revision"> {
  /** The source at the commit, if it is open already. */
  readonly opened?: OpenedSource | undefined;
  /** What was rendered of another commit: what cannot have changed since is not rendered again. */
  readonly earlier?: EarlierRendering | undefined;
}

/**
 * Like `computePlan`, of a document that is loaded, and without an end at the first application that is wrong.
 * @throws {DriftlessError} where there is nothing to plan: packs, the source, the images file or remote bases.
 */
export async function surveyPlan(document: LoadedEnvironment, request: SurveyRequest): Promise<SurveyedPlan> {
  const { project, documents = project, cache, signal } = request;
  const progress = request.progress ?? (() => undefined);
  const { packs: entries } = document.spec.policy;
  await fetchPacks(entries, document.locate, { project, cache, env: request.env, signal }, documents);
  const policyPacks = await digestPacks(documents, entries.map(packFolder), document.locate(["policy", "packs"]));
  checkPackDigests(document, policyPacks);

  const { tree, from } = request.opened ?? (await openPinned(document, request));
  progress(`source at ${tree.revision} (${from})`);

  const environment = document.withSource(tree);
  const { spec, locate } = environment;
  const images = await readImages(environment, tree);
  const { rendered, failed } = await renderEach(
    {
      ...{ spec, tree: await withRemoteBases(environment, tree, request), locate, progress },
      known: request.earlier === undefined ? new Map() : unchangedRenderings(request.earlier, { spec, tree }),
    },
    { tools: request.tools, cache, env: request.env, signal },
  );

  const { plan, findings } = buildPlan({ spec, locate, revision: tree.revision, rendered, images, policyPacks });
  const all = [...renderWarnings(rendered), ...unusedParameters(rendered, locate), ...findings];
  return { plan, findings: all, failed, environment, from, tree, rendered };
}

/** The source with the remote bases that its kustomizations may name. */
async function withRemoteBases(
  { spec, locate }: LoadedEnvironment,
  tree: SourceTree,
  { project, cache, env, signal }: SurveyRequest,
): Promise<SourceTree> {
  const bases = spec.source.remoteBases;
  if (bases.length === 0) return tree;
  const mounts = await Promise.all(
    bases.map(async (base, index): Promise<Mount> => {
      try {
        const opened = await openSource({ ...base, local: false }, { project, cache, env, signal });
        return { ...mountOf(base), tree: opened.tree };
      } catch (error) {
        const place = locate(["source", "remoteBases", String(index), "repo"]);
        throw refined(error, (finding) => withPlace(finding, place));
      }
    }),
  );
  return new MountedTree(tree, mounts);
}

/** A pack that is not the one that the document names is none. */
function checkPackDigests({ spec, locate }: LoadedEnvironment, packs: EnvironmentPlan["policy"]["packs"]): void {
  const findings = spec.policy.packs.flatMap((entry, at): readonly Finding[] => {
    const found = packs[at]?.digest;
    if (typeof entry === "string" || entry.digest === undefined || entry.digest === found) return [];
    return [
      errorFinding(
        "POLICY_UNAVAILABLE",
        `The policy pack ${quote(packTitle(entry))} is not the one that was pinned: ${entry.digest} was, ${found} is.`,
        "Restore the pack, or review what changed and pin what it is now.",
        locate(["policy", "packs", at, "digest"]),
      ),
    ];
  });
  throwErrors(findings);
}

async function openPinned(
  { spec, locate }: LoadedEnvironment,
  request: SurveyRequest & Pick<ComputeRequest, "revision">,
): Promise<OpenedSource> {
  const { project, cache, env, signal, revision } = request;
  try {
    return await openSource(spec.source, { project, cache, env, signal });
  } catch (error) {
    throw refined(error, (finding) => {
      if (finding.code.startsWith("GIT_")) return withPlace(finding, locate(["source", "repo"]));
      // A revision that was given to this run is written nowhere.
      if (revision !== undefined) return finding;
      const fix = `Check that it was pushed, or run \`driftless pin ${spec.name}\` to take the newest commit of the branch.`;
      const known = finding.code === "COMMIT_NOT_FOUND" ? { ...finding, fix } : finding;
      return withPlace(known, locate(["source", "revision"]));
    });
  }
}

/** The image tags at the pin; none if the environment names no file. */
async function readImages({ spec, locate }: LoadedEnvironment, tree: SourceTree): Promise<ImageOverrides> {
  const { images, path } = spec.source;
  if (images === undefined) return {};
  const place = locate(["source", "images"]);
  try {
    const file = joinInside(".", images, joinInside(".", path));
    const entry = tree.entry(file);
    const content = entry?.kind === "file" || entry?.kind === "executable" ? await tree.read([file]) : undefined;
    const text = content?.get(file);
    if (text === undefined) {
      const what = entry === undefined ? "does not exist" : `is a ${entry.kind}, not a file,`;
      const message = `The images file "${file}" ${what} at commit ${tree.revision}.`;
      throw failure("PATH_NOT_FOUND", message, "Correct source.images, or add the file and move the pin.", { place });
    }
    return parseImages(text.toString("utf8"), file);
  } catch (error) {
    throw refined(error, (finding) => withPlace(finding, place));
  }
}

/** The error with each of its findings refined. */
function refined(error: unknown, refine: (finding: Finding) => Finding): unknown {
  if (!(error instanceof DriftlessError)) return error;
  const [first, ...rest] = error.findings;
  return new DriftlessError([refine(first), ...rest.map(refine)], { cause: error.cause });
}

/** The finding with a place, if it has none yet. */
function withPlace(finding: Finding, place: Place): Finding {
  return finding.place === undefined ? { ...finding, place } : finding;
}
