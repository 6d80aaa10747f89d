import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { isExecutable } from "../find/executable.ts";
import { readVersion } from "../find/version.ts";
import type { Found, ToolContext } from "../part.ts";

const command = "pulumi-resource-kubernetes";
const downloadTimeoutMs = 10 * 60_000;

/** The provider of the SDK's version in Pulumi's own plugin folder, where the engine looks for exactly that version. */
export async function findInstalledProvider(ctx: ToolContext): Promise<Found | undefined> {
  const home = ctx.env["PULUMI_HOME"] ?? (ctx.env["HOME"] === undefined ? undefined : join(ctx.env["HOME"], ".pulumi"));
  const version = await sdkVersion();
  if (home === undefined || version === undefined) return undefined;
  const path = join(home, "plugins", `resource-kubernetes-v${version}`, command);
  return (await isExecutable(path)) ? { path, version, origin: "installed" } : undefined;
}

/** Lets the CLI in use download the provider. */
export async function downloadProvider(ctx: ToolContext, pulumi: string | undefined): Promise<Found | undefined> {
  const version = await sdkVersion();
  if (pulumi === undefined || version === undefined) return undefined;
  try {
    await runProgram({
      file: pulumi,
      args: ["plugin", "install", "resource", "kubernetes", version],
      env: { ...ctx.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeoutMs: downloadTimeoutMs,
      maxOutputBytes: 1024 * 1024,
      signal: ctx.signal,
    });
  } catch (error) {
    if (!(error instanceof ProgramError) || error.reason === "aborted") throw error;
    ctx.progress(`downloading the Kubernetes provider failed: ${error.message}`);
    return undefined;
  }
  return findInstalledProvider(ctx);
}

/** Version of the installed `@pulumi/kubernetes`; the engine asks for the provider of that version. */
async function sdkVersion(): Promise<string | undefined> {
  const file = fileURLToPath(import.meta.resolve("@pulumi/kubernetes/package.json"));
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version?: unknown };
  return typeof version === "string" ? readVersion(version) : undefined;
}
