import { delimiter, dirname, join } from "node:path";
import { failure } from "../core/errors/error.ts";
import { findPart, memberOwner } from "./find/find.ts";
import { buildPart } from "./get/build.ts";
import { findGo } from "./get/go.ts";
import { missingTools } from "./get/missing.ts";
import { canReach } from "./get/reach.ts";
import type { Found, ToolContext, ToolOrigin } from "./part.ts";
import { partOf, toolNames, type ToolName } from "./registry.ts";

export type { ToolContext, ToolOrigin } from "./part.ts";
export { toolGroups, toolNames, type ToolName } from "./registry.ts";

/** A tool that can be run. */
export interface Tool extends Found {
  readonly name: ToolName;
}

/** Where official downloads come from; tried only with one short question before. */
const downloadSite = "https://get.pulumi.com/";

/**
 * Finds a tool; never builds or downloads.
 * @throws {DriftlessError} TOOL_MISSING if a `DRIFTLESS_<TOOL>` variable names something that cannot be used.
 */
export async function findTool(name: ToolName, ctx: ToolContext): Promise<Tool | undefined> {
  const dependsOnCli = name === "pulumi-language-nodejs";
  const pulumi = dependsOnCli ? await findPart("pulumi", ctx, undefined) : undefined;
  const found = await findPart(name, ctx, pulumi?.path);
  return found && { name, ...found };
}

/**
 * Finds tools, and gets what is missing: the official download first, then a build from Go modules. Long work reports
 * through `ctx.progress`. `DRIFTLESS_DOWNLOAD=off` leaves the download out.
 * @throws {DriftlessError} TOOL_MISSING for all that cannot be had, before anything is built; TOOL_BUILD_FAILED; INTERRUPTED.
 */
export async function ensureTools(names: readonly ToolName[], ctx: ToolContext): Promise<ReadonlyMap<ToolName, Tool>> {
  const wanted = toolNames.filter((name) => names.includes(name));
  const tools = new Map<ToolName, Tool>();
  try {
    await find(wanted, tools, ctx);
    await download(wanted, tools, ctx);
    await build(wanted, tools, ctx);
  } catch (error) {
    if (ctx.signal?.aborted !== true) throw error;
    throw failure("INTERRUPTED", "Getting the tools was interrupted.", "Run the command again; what is built stays.", {
      cause: error,
    });
  }
  // The language host is looked for beside the CLI, which may be here only now.
  if (tools.has("pulumi-language-nodejs")) await find(["pulumi-language-nodejs"], tools, ctx);
  return tools;
}

/** True if official downloads are wanted and their site answers; takes 3 seconds at most. */
export async function canDownload(ctx: ToolContext): Promise<boolean> {
  return ctx.env["DRIFTLESS_DOWNLOAD"] !== "off" && (await canReach(downloadSite, ctx.signal));
}

/** A value for PATH with the tools in front. What is on PATH already and what the engine finds by itself adds nothing. */
export function toolPath(tools: ReadonlyMap<ToolName, Tool>, env: ToolContext["env"]): string {
  const elsewhere: readonly ToolOrigin[] = ["PATH", "installed"];
  const folders = [...tools.values()]
    .filter((tool) => !elsewhere.includes(tool.origin))
    .map((tool) => dirname(tool.path));
  return [...new Set([...folders, ...(env["PATH"] ?? "").split(delimiter)])]
    .filter((entry) => entry !== "")
    .join(delimiter);
}

type Tools = Map<ToolName, Tool>;

async function find(names: readonly ToolName[], tools: Tools, ctx: ToolContext): Promise<void> {
  for (const name of names) {
    const tool = await findTool(name, ctx);
    if (tool !== undefined) tools.set(name, tool);
  }
}

async function download(names: readonly ToolName[], tools: Tools, ctx: ToolContext): Promise<void> {
  const missing = names.filter((name) => !tools.has(name) && partOf(name).download !== undefined);
  if (missing.length === 0) return;
  if (!(await canDownload(ctx))) {
    ctx.progress("official downloads are switched off or cannot be reached");
    return;
  }
  for (const name of missing) {
    const part = partOf(name);
    ctx.progress(`downloading ${part.title}`);
    const pulumi = tools.get("pulumi") ?? (await findTool("pulumi", ctx));
    const found = await part.download?.(ctx, pulumi?.path);
    if (found !== undefined) tools.set(name, { name, ...found });
  }
}

async function build(names: readonly ToolName[], tools: Tools, ctx: ToolContext): Promise<void> {
  const missing = names.filter((name) => !tools.has(name));
  if (missing.length === 0) return;
  const go = await findGo(ctx);
  if (go === undefined) throw missingTools(missing);
  for (const name of missing) {
    const part = partOf(name);
    const owner = part.memberOf === undefined ? { name, part } : memberOwner(part.memberOf);
    if (owner.part.recipe === undefined) throw missingTools([name]);
    const path = await buildPart(owner.name, owner.part, owner.part.recipe, go, ctx);
    const own = owner.name === name ? path : join(dirname(path), name);
    tools.set(name, { name, path: own, version: part.version, origin: "built" });
  }
}
