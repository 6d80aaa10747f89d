import { failure } from "../errors/error.ts";
import { ProgramError, runProgram } from "../exec/run.ts";
import { renderLimits } from "./limits.ts";
import type { RenderRequest, RenderTool } from "./renderer.ts";
import type { Sandbox } from "./sandbox.ts";

/** A proxy that refuses every connection: no rendering may reach a network, whatever a template or schema asks for. */
const nowhere = "http://127.0.0.1:1";

/**
 * Runs a renderer inside its sandbox and returns what it printed.
 * @throws {ProgramError} if it reported an error of its input; RENDER_LIMIT, TOOL_MISSING, INTERRUPTED otherwise.
 */
export async function runTool(
  tool: RenderTool,
  args: readonly string[],
  sandbox: Sandbox,
  request: RenderRequest,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const { stdout } = await runProgram({
      file: tool.path,
      args,
      cwd: sandbox.folder,
      env: {
        HOME: sandbox.home,
        TMPDIR: sandbox.home,
        GOMEMLIMIT: `${Math.floor(renderLimits.memoryBytes * 0.9)}`,
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
      },
      timeoutMs: renderLimits.seconds * 1000,
      maxOutputBytes: renderLimits.outputBytes,
      maxMemoryBytes: renderLimits.memoryBytes,
      signal,
    });
    return stdout.toString("utf8");
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw limitError(error, request) ?? error;
  }
}

function limitError(error: ProgramError, { application, path }: RenderRequest): Error | undefined {
  const detail = { place: { file: path }, cause: error };
  const limit = (what: string): Error =>
    failure(
      "RENDER_LIMIT",
      `Rendering the application ${application} ${what}.`,
      "Make it simpler, or split it into several applications.",
      detail,
    );
  switch (error.reason) {
    case "exit":
      return undefined;
    case "timeout":
      return limit(`took longer than ${renderLimits.seconds} seconds`);
    case "memory-limit":
      return limit(`used more than ${renderLimits.memoryBytes / 1024 ** 2} MiB of memory`);
    case "output-limit":
      return limit(`wrote more than ${renderLimits.outputBytes / 1024 ** 2} MiB`);
    case "not-found":
      return failure("TOOL_MISSING", "The renderer could not be started.", "Run `driftless doctor`.", detail);
    case "aborted":
      return failure("INTERRUPTED", "Rendering was stopped.", "Start it again.", { cause: error });
  }
}
