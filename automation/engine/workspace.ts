import { homedir, tmpdir } from "node:os";
import { basename, dirname } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { failure } from "../../core/errors/error.ts";
import { toolPath } from "../../toolchain/toolchain.ts";
import { prepareBackend, resolveBackend, type Backend } from "./backend.ts";
import { EngineCommand, EngineExit, type CommandOptions } from "./command.ts";
import { resolvePassphrase } from "./passphrase.ts";
import { readProjectSettings, readStackSettings } from "./settings.ts";
import { RunEvents } from "./events.ts";
import { runFailure } from "./failures.ts";
import { readState, removeDebris, stateFile, stateFiles, type StateFiles } from "./state-files.ts";
import type { Folders } from "./text.ts";
import type { EngineOptions } from "./types.ts";

/** A stack that is there, and everything that is needed to run the engine on it. */
export interface Workspace {
  readonly project: string;
  readonly stackName: string;
  readonly backend: Backend;
  /** Where the stack is kept; absent for backends that are no folder. */
  readonly files?: StateFiles;
  /** What messages show instead of absolute paths. */
  readonly folders: Folders;
  /** The engine as a command, with more in its environment. */
  readonly command: (
    env?: Readonly<Record<string, string>>,
    hooks?: Pick<CommandOptions, "onStart" | "onKilled">,
  ) => EngineCommand;
  /** The stack in the Automation API, run by such a command. */
  readonly stack: (command: EngineCommand) => Promise<Stack>;
}

/** Opens the stack of an environment, and creates it if it is not there. Throws what the passphrase and the state lack. */
export async function openWorkspace(options: EngineOptions): Promise<Workspace> {
  const { project, environment, tools, env } = options;
  const pulumi = tools.get("pulumi");
  if (pulumi === undefined) throw failure("TOOL_MISSING", "Pulumi is missing.", "Run `driftless doctor`.");
  const settings = await readProjectSettings(project);
  const { secretsProvider } = await readStackSettings(project, settings, environment);
  const backend = resolveBackend(project, settings, env);
  await prepareBackend(backend);
  const files =
    backend.folder === undefined ? undefined : stateFiles(backend.folder, project, settings.name, environment);
  if (files !== undefined) await removeDebris(files, "side files");
  const exists = files === undefined ? undefined : (await stateFile(files)) !== undefined;
  const passphrase = await resolvePassphrase({
    project,
    env,
    ownBackend: backend.own,
    secretsProvider,
    stateExists: exists === true,
    progress: options.progress,
  });
  const base = {
    ...env,
    ...passphrase,
    PATH: toolPath(tools, env),
    PULUMI_BACKEND_URL: backend.url,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The program looks for tools and mirrors in the same cache.
    ...(basename(options.cache) === "driftless" ? { XDG_CACHE_HOME: dirname(options.cache) } : {}),
  };
  const workspace: Workspace = {
    project,
    stackName: environment,
    backend,
    ...(files === undefined ? {} : { files }),
    folders: foldersOf(options),
    command: (more = {}, hooks = {}) =>
      new EngineCommand({ file: pulumi.path, version: pulumi.version, env: { ...base, ...more }, ...hooks }),
    stack: async (command) =>
      Stack.select(environment, await LocalWorkspace.create({ workDir: project, pulumiCommand: command })),
  };
  if (exists !== true) await createStack(workspace, secretsProvider);
  return workspace;
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

/** Creates the stack. Which stack the user has selected is theirs to say. */
async function createStack(workspace: Workspace, secretsProvider: string | undefined): Promise<void> {
  // A state that is lost is not a stack that never was.
  if (workspace.files !== undefined) await readState(workspace.files);
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  const args = ["stack", "init", workspace.stackName, "--no-select", ...provider];
  try {
    await workspace.command().start(args, workspace.project);
  } catch (error) {
    if (error instanceof EngineExit && /stack .* already exists/.test(error.stderr)) return;
    throw runFailure({ error, events: new RunEvents([]), folders: workspace.folders, aborted: false });
  }
}

function foldersOf({ project, cache, env }: EngineOptions): Folders {
  return [
    [project, ""],
    [cache, "<cache>"],
    [env["HOME"] ?? homedir(), "~"],
    [tmpdir(), "<tmp>"],
  ];
}
