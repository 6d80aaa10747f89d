import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { toolchainFolder } from "../find/cache.ts";
import { isExecutable } from "../find/executable.ts";
import type { Found, ToolContext } from "../part.ts";

/** Installs the official CLI of the SDK's version into the cache, with Pulumi's own installer. */
export async function downloadPulumi(ctx: ToolContext): Promise<Found | undefined> {
  const folder = toolchainFolder(ctx.cache);
  await mkdir(folder, { recursive: true });
  const draft = await mkdtemp(join(folder, ".download-"));
  try {
    // Loading the Automation API takes half a second: only here.
    const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
    const { version } = await PulumiCommand.install({ root: draft });
    if (version === null) return undefined;
    const target = join(folder, officialFolder(version.version));
    await rename(draft, target);
    return { path: join(target, "bin", "pulumi"), version: version.version, origin: "downloaded" };
  } catch (error) {
    ctx.progress(`the official installer of Pulumi failed: ${firstLine(error)}`);
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The official CLI that an earlier run has downloaded. */
export async function findDownloadedPulumi(ctx: ToolContext, version: string): Promise<Found | undefined> {
  const path = join(toolchainFolder(ctx.cache), officialFolder(version), "bin", "pulumi");
  return (await isExecutable(path)) ? { path, version, origin: "downloaded" } : undefined;
}

function officialFolder(version: string): string {
  return `pulumi-${version}-official`;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
}
