import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { machineCache } from "./toolchain.ts";
import { createConfigRepo, type Commit } from "./config-repo.ts";

/** Root of this repository. */
export const repository = join(import.meta.dirname, "..", "..");

/** A temporary project folder with a bare config repository (`config.git`) and a machine cache of its own, but for the tools in it. */
export interface TestProject {
  readonly folder: string;
  /** The machine cache that goes with `XDG_CACHE_HOME` = `cacheHome`. */
  readonly cache: string;
  readonly cacheHome: string;
  /** Writes a file of the project. */
  write(path: string, text: string): Promise<void>;
  /** Adds a commit to the config repository; returns its full id. */
  commit(files: Commit): Promise<string>;
  /** Removes everything. */
  remove(): Promise<void>;
}

/** Makes a project that runs this repository's program and policy pack. Refer to its config repository as `repo: config.git`, `local: true`. */
export async function createTestProject(): Promise<TestProject> {
  const root = await mkdtemp(join(tmpdir(), "driftless-"));
  const folder = join(root, "project");
  const config = join(folder, "config.git");
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const program = pathToFileURL(join(repository, "stacks", "index.ts")).href;
  await write("package.json", '{ "type": "module" }\n');
  await write("stacks/index.ts", `export * from ${JSON.stringify(program)};\n`);
  await cp(join(repository, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
  await symlink(join(repository, "policies"), join(folder, "policies"));
  await mkdir(join(folder, "environments"));
  // Tools are neither built nor looked for again.
  await mkdir(join(root, "cache", "driftless"), { recursive: true });
  await symlink(join(machineCache, "toolchain"), join(root, "cache", "driftless", "toolchain"));
  const repo = await createConfigRepo(config);
  return {
    folder,
    cache: join(root, "cache", "driftless"),
    cacheHome: join(root, "cache"),
    write,
    commit: (files) => repo.commit(files),
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
