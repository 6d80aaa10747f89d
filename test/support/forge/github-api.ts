import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../../../core/exec/run.ts";
import { machineCache } from "../toolchain.ts";
import type { ApiDescription } from "./api.ts";

const version = "23.0.2";
const member = "package/generated/api.github.com.json";

/**
 * GitHub's own description of its API, as the npm package `@octokit/openapi` carries it. That is 385 MB of files of which we
 * want one, so it is no dependency: it is fetched once, and only that file is kept in the machine's cache.
 */
export async function githubApi(): Promise<ApiDescription> {
  const folder = join(machineCache, "schemas");
  const file = join(folder, `github-${version}.json`);
  try {
    return JSON.parse(await readFile(file, "utf8")) as ApiDescription;
  } catch {
    await mkdir(folder, { recursive: true });
    const scratch = await mkdtemp(join(folder, ".fetch-"));
    try {
      // Where npm finds packages, and which authorities it trusts, is the machine's business.
      const run = { cwd: scratch, env: process.env, timeoutMs: 300_000, maxOutputBytes: 1 << 20 };
      await runProgram({ ...run, file: "npm", args: ["pack", "--silent", `@octokit/openapi@${version}`] });
      await runProgram({ ...run, file: "tar", args: ["-xzf", `octokit-openapi-${version}.tgz`, member] });
      const text = await readFile(join(scratch, member), "utf8");
      await rename(join(scratch, member), file);
      return JSON.parse(text) as ApiDescription;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}
