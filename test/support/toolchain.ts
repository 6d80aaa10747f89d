import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ensureTools, toolPath, type Tool, type ToolName } from "../../toolchain/toolchain.ts";

/** The cache of this machine, as the command line uses it. */
export const machineCache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");

/** The tools that a test works with; `npm test` has made sure that they are there. */
export function testTools(names: readonly ToolName[]): Promise<ReadonlyMap<ToolName, Tool>> {
  return ensureTools(names, { cache: machineCache, env: process.env, progress: () => undefined });
}

/** The environment of this process with the tools in front on PATH. */
export function environmentWith(tools: ReadonlyMap<ToolName, Tool>): Record<string, string | undefined> {
  return { ...process.env, PATH: toolPath(tools, process.env) };
}
