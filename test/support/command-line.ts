import { run } from "../../automation/cli.ts";
import type { Io } from "../../automation/io.ts";
import { toolPath, type ToolName } from "../../toolchain/toolchain.ts";
import type { TestProject } from "./pulumi-project.ts";
import { testTools } from "./toolchain.ts";

/** What one run of the command line left behind. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a run differs from one by a user without a terminal. */
export interface CommandOptions {
  /** Laid over the environment; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly io?: Partial<Io>;
}

/**
 * Runs the command line in this process on a project, with the project's own cache.
 * `tools` come from the machine's cache, where the toolchain keeps them, and reach the run through PATH.
 */
export async function driftless(
  project: Pick<TestProject, "folder" | "cache">,
  tools: readonly ToolName[],
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const path = toolPath(await testTools(tools), process.env);
  const output = { stdout: "", stderr: "" };
  const io: Io = {
    stdout: (text) => void (output.stdout += text),
    stderr: (text) => void (output.stderr += text),
    isTerminal: false,
    progressInPlace: false,
    env: { ...process.env, PATH: path, DRIFTLESS_DOWNLOAD: "off", ...options.env },
    cwd: project.folder,
    cache: project.cache,
    signal: new AbortController().signal,
    now: () => new Date(),
    ...options.io,
  };
  const exitCode = await run(args, io);
  return { exitCode, ...output };
}
