import { homedir, tmpdir } from "node:os";
import { basename, dirname } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { failure } from "../../core/errors/error.ts";
import { toolPath } from "../../toolchain/toolchain.ts";
import { withOwnCommand } from "../own-command.ts";
import { resolveBackend, type Backend } from "./backend.ts";
import { EngineCommand, type CommandOptions } from "./command.ts";
import { engineHome } from "./home.ts";
import { resolvePassphrase } from "./passphrase.ts";
import { readProjectSettings, readStackSettings, type StackSettings } from "./settings.ts";
import { RunEvents } from "./events.ts";
import { runFailure } from "./failures.ts";
import { removeDebris, stateFile, stateFiles, type StateFiles } from "./state-files.ts";
import type { Folders } from "./text.ts";
import type { EngineOptions } from "./types.ts";

/** A stack, which need not be there yet, and everything that is needed to run the engine on it. */
export interface Workspace {
  readonly project: string;
  /** Its name in Pulumi.yaml. */
  readonly projectName: string;
  readonly stackName: string;
  readonly backend: Backend;
  readonly settings: StackSettings;
  /** Where the stack is kept; absent for backends that are no folder. */
  readonly files?: StateFiles;
  /** What messages show instead of absolute paths. */
  readonly folders: Folders;
  /** Has the passphrase made that a new stack in the project's own backend needs; all others have theirs. */
  readonly unlock: () => Promise<void>;
  /** The engine as a command, with more in its environment. */
  readonly command: (
    env?: Readonly<Record<string, string>>,
    hooks?: Pick<CommandOptions, "onStart" | "onKilled">,
  ) => EngineCommand;
  /** The stack in the Automation API, run by such a command. */
  readonly stack: (command: EngineCommand) => Promise<Stack>;
}

/** What a stack is found by. */
export type WorkspaceOptions = Pick<EngineOptions, "project" | "environment" | "tools" | "cache" | "env" | "progress">;

/** Opens the stack of an environment; creates nothing. Throws what the settings and the passphrase lack. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { project, environment, tools, env } = options;
  const pulumi = tools.get("pulumi");
  if (pulumi === undefined) throw failure("TOOL_MISSING", "Pulumi is missing.", "Run `driftless doctor`.");
  const settings = await readProjectSettings(project);
  const stackSettings = await readStackSettings(project, settings, environment);
  const backend = resolveBackend(project, settings, env);
  const files =
    backend.folder === undefined ? undefined : stateFiles(backend.folder, project, settings.name, environment);
  if (files !== undefined) await removeDebris(files, "side files");
  const stateExists = files !== undefined && (await stateFile(files)) !== undefined;
  let passphrase: Readonly<Record<string, string>> = {};
  const unlock = async (): Promise<void> => {
    const { secretsProvider } = stackSettings;
    const { progress } = options;
    passphrase = await resolvePassphrase({
      project,
      env,
      ownBackend: backend.own,
      secretsProvider,
      stateExists,
      progress,
    });
  };
  if (stateExists || !backend.own) await unlock();
  const base = {
    ...env,
    PATH: withOwnCommand(toolPath(tools, env)),
    PULUMI_BACKEND_URL: backend.url,
    PULUMI_HOME: await engineHome(options.cache, env),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The program looks for tools and mirrors in the same cache.
    ...(basename(options.cache) === "driftless" ? { XDG_CACHE_HOME: dirname(options.cache) } : {}),
  };
  return {
    project,
    projectName: settings.name,
    stackName: environment,
    backend,
    settings: stackSettings,
    unlock,
    ...(files === undefined ? {} : { files }),
    folders: foldersOf(options),
    command: (more = {}, hooks = {}) =>
      new EngineCommand({
        file: pulumi.path,
        version: pulumi.version,
        env: { ...base, ...passphrase, ...more },
        ...hooks,
      }),
    stack: async (command) =>
      Stack.select(environment, await LocalWorkspace.create({ workDir: project, pulumiCommand: command })),
  };
}

/** Runs a short command of the engine and returns what it writes. */
export async function runCommand(workspace: Workspace, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await workspace.command().start(args, workspace.project);
    return stdout;
  } catch (error) {
    throw runFailure({ error, events: new RunEvents([]), folders: workspace.folders, aborted: false });
  }
}

function foldersOf({ project, cache, env }: WorkspaceOptions): Folders {
  return [
    [project, ""],
    [cache, "<cache>"],
    [env["HOME"] ?? homedir(), "~"],
    [tmpdir(), "<tmp>"],
  ];
}
