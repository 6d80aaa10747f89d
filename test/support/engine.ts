import { openEngine } from "../../automation/engine/engine.ts";
import type { Engine, EngineOptions, EnginePolicy, RunOptions } from "../../automation/engine/types.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { packFolder, packTitle } from "../../core/policy/pack-entry.ts";
import { ownersOf } from "../../core/plan/owned.ts";
import { computePlan } from "../../core/plan/compute.ts";
import { toolGroups } from "../../toolchain/toolchain.ts";
import { join } from "node:path";
import type { TestProject } from "./pulumi-project.ts";
import { testTools } from "./toolchain.ts";
import { renderTools } from "./tools.ts";

/** How an engine in a test differs from a user's. */
export interface TestEngineOptions {
  readonly environment?: string;
  /** Laid over the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Collects what the engine says. */
  readonly lines?: string[];
}

/** Environment variables for runs in a project of its own. */
export function engineEnv(
  project: TestProject,
  kubeconfig: string,
  more: TestEngineOptions["env"] = {},
): Readonly<Record<string, string | undefined>> {
  return {
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    XDG_CACHE_HOME: project.cacheHome,
    PULUMI_HOME: join(project.cacheHome, "pulumi"),
    KUBECONFIG: kubeconfig,
    DRIFTLESS_DOWNLOAD: "off",
    ...more,
  };
}

/** Opens the engine on an environment of a project. */
export async function openTestEngine(
  project: TestProject,
  kubeconfig: string,
  options: TestEngineOptions = {},
): Promise<Engine> {
  const { environment = "dev", lines, signal } = options;
  const { spec } = await loadEnvironment(project.folder, environment);
  const engineOptions: EngineOptions = {
    project: project.folder,
    environment,
    clusters: spec.clusters,
    owners: ownersOf(spec),
    tools: await testTools([...toolGroups.engine, ...toolGroups.render]),
    cache: project.cache,
    env: engineEnv(project, kubeconfig, options.env),
    progress: (line) => void lines?.push(line),
    ...(signal === undefined ? {} : { signal }),
  };
  return openEngine(engineOptions);
}

/** Packs of folders, in the engine alone. */
export function enginePolicy({ packs, config }: EnvironmentSpec["policy"], { folder }: TestProject): EnginePolicy {
  return {
    packs: packs.map((pack) => ({ title: packTitle(pack), folder: join(folder, packFolder(pack)), settings: config })),
  };
}

/** How the command line runs the plan of an environment as it is now. */
export async function runOptions(project: TestProject, environment = "dev"): Promise<RunOptions> {
  const { plan, environment: loaded } = await computePlan({
    project: project.folder,
    environment,
    cache: project.cache,
    env: process.env,
    tools: await renderTools(),
  });
  return { digest: plan.digest, policy: enginePolicy(loaded.spec.policy, project) };
}
