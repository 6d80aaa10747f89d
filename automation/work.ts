import { computePlan, type ComputedPlan } from "../core/plan/compute.ts";
import { blockedInPlan } from "../core/blocked/judge.ts";
import { readBlockList } from "../core/blocked/list.ts";
import { loadEnvironment } from "../core/environment/load.ts";
import { checkRevision } from "../core/git/ref.ts";
import type { RenderTools } from "../core/render/renderer.ts";
import { ensureTools, type Tool, type ToolContext, type ToolName } from "../toolchain/toolchain.ts";
import { failure, throwErrors } from "../core/errors/error.ts";
import { findingLines } from "./output/findings.ts";
import { paint } from "./output/line.ts";
import { shortRevision } from "./output/text.ts";
import type { Session } from "./session.ts";

/** What the toolchain needs of a run. */
export function toolContext({ io, progress }: Session): ToolContext {
  return { cache: io.cache, env: io.env, signal: io.signal, progress: (line) => progress.step(line) };
}

/** The renderers, found or built. */
export async function renderTools(session: Session): Promise<RenderTools> {
  const tools = await ensureTools(["kustomize", "helm"], toolContext(session));
  return { kustomize: tool(tools, "kustomize"), helm: tool(tools, "helm") };
}

/**
 * The plan of an environment at its pin or at another commit; warnings and where the source came from go to stderr.
 * @throws REVISION_BLOCKED, IMAGE_BLOCKED for what was rolled back and not let back, and what keeps it from being planned.
 */
export async function planEnvironment(session: Session, environment: string, revision?: string): Promise<ComputedPlan> {
  const computed = await computeEnvironment(session, environment, revision);
  throwErrors(blockedInPlan(await readBlockList(session.project), computed.plan));
  noteSource(session, computed);
  noteWarnings(session, computed);
  return computed;
}

/** Like `planEnvironment`, without a word. */
export async function computeEnvironment(
  session: Session,
  environment: string,
  revision?: string,
): Promise<ComputedPlan> {
  const { io, project, progress } = session;
  // A mistake in the document is said before anything is built.
  await loadEnvironment(project, environment, {
    revision: revision === undefined ? undefined : checkRevision(revision),
  });
  const tools = await renderTools(session);
  progress.detail(`planning ${environment}`);
  return computePlan({
    project,
    environment,
    revision,
    cache: io.cache,
    env: io.env,
    tools,
    signal: io.signal,
    progress: (line) => progress.detail(line),
  });
}

/** Says where the source of a plan came from. */
export function noteSource({ progress }: Session, { environment, plan, from }: ComputedPlan): void {
  const asked = from === "cache" ? "from the cache; Git was not asked" : "fetched";
  progress.note(`source  ${environment.spec.source.repo} @ ${shortRevision(plan.revision)}  (${asked})`);
}

/** Prints the warnings of a plan. */
export function noteWarnings({ io, progress }: Session, { warnings }: ComputedPlan): void {
  if (warnings.length === 0) return;
  progress.end();
  io.stderr(paint(findingLines(warnings), { colours: false }));
}

function tool(tools: ReadonlyMap<ToolName, Tool>, name: ToolName): Tool {
  const found = tools.get(name);
  if (found !== undefined) return found;
  throw failure("TOOL_MISSING", `${name} was not found.`, "Run driftless doctor to see how to get it.");
}
