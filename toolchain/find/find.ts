import { dirname, join } from "node:path";
import { failure } from "../../core/errors/error.ts";
import type { Found, Part, ToolContext } from "../part.ts";
import { partOf, type ToolName } from "../registry.ts";
import { buildId, executableIn, toolchainFolder } from "./cache.ts";
import { findOnPath, isExecutable } from "./executable.ts";
import { probeVersion } from "./probe.ts";
import { isAccepted } from "./version.ts";

/** Looks for a part where it may be already, in the order configured, PATH, official places, cache. Changes nothing. */
export async function findPart(
  name: ToolName,
  ctx: ToolContext,
  pulumi: string | undefined,
): Promise<Found | undefined> {
  const part = partOf(name);
  return (
    (await findConfigured(name, part, ctx)) ??
    (await findInstalled(part, ctx)) ??
    (await part.locate?.(ctx, pulumi)) ??
    (await findCached(name, part, ctx))
  );
}

/** Name of the variable that configures a tool, such as `DRIFTLESS_PULUMI`. */
export function settingOf(name: ToolName): string {
  return `DRIFTLESS_${name.replaceAll("-", "_").toUpperCase()}`;
}

async function findConfigured(name: ToolName, part: Part, ctx: ToolContext): Promise<Found | undefined> {
  const setting = settingOf(name);
  const path = ctx.env[setting];
  if (path === undefined || path === "") return undefined;
  if (!(await isExecutable(path))) {
    throw failure(
      "TOOL_MISSING",
      `${setting} does not name a program that can be run.`,
      `Correct ${setting}, or unset it to let driftless find ${part.title} itself.`,
    );
  }
  const version = part.installed?.versionArgs && (await probeVersion(path, part.installed.versionArgs, ctx));
  if (part.installed !== undefined && version !== undefined && !isAccepted(version, part.installed)) {
    throw failure(
      "TOOL_MISSING",
      `${setting} names version ${version} of ${part.title}, which is ${describeRange(part.installed)}.`,
      `Name another one in ${setting}, or unset it; ${part.advice}.`,
    );
  }
  return { path, version: version ?? "unknown", origin: "configured" };
}

async function findInstalled(part: Part, ctx: ToolContext): Promise<Found | undefined> {
  if (part.installed === undefined) return undefined;
  const path = await findOnPath(part.installed.command, ctx.env["PATH"]);
  if (path === undefined) return undefined;
  if (part.installed.versionArgs === undefined) return { path, version: "unknown", origin: "PATH" };
  const version = await probeVersion(path, part.installed.versionArgs, ctx);
  return version !== undefined && isAccepted(version, part.installed) ? { path, version, origin: "PATH" } : undefined;
}

async function findCached(name: ToolName, part: Part, ctx: ToolContext): Promise<Found | undefined> {
  const owner = part.memberOf === undefined ? { name, part } : memberOwner(part.memberOf);
  if (owner.part.recipe === undefined) return undefined;
  const folder = join(toolchainFolder(ctx.cache), await buildId(owner.name, owner.part, owner.part.recipe));
  const path = executableIn(folder, owner.part.recipe);
  if (!(await isExecutable(path))) return undefined;
  return {
    path: part.memberOf === undefined ? path : join(dirname(path), name),
    version: part.version,
    origin: "cache",
  };
}

/** The part that holds a member such as kubectl. */
export function memberOwner(name: string): { readonly name: ToolName; readonly part: Part } {
  if (name !== "control-plane") throw new TypeError(`no part ${name} has members`);
  return { name, part: partOf(name) };
}

function describeRange(range: { readonly atLeast: string; readonly below?: string }): string {
  const below = range.below === undefined ? "" : ` and below ${range.below}`;
  return `not among those that work (${range.atLeast} or newer${below})`;
}
