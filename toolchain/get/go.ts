import { runProgram } from "../../core/exec/run.ts";
import { findOnPath } from "../find/executable.ts";
import type { ToolContext } from "../part.ts";

const goTimeoutMs = 60 * 60_000;

/** Path of the Go command; undefined where Go is not installed. */
export function findGo(ctx: ToolContext): Promise<string | undefined> {
  return findOnPath("go", ctx.env["PATH"]);
}

/**
 * Runs Go in `cwd` and returns what it prints. Its caches, proxies and other settings come from the environment; what
 * would change the result does not.
 * @throws {ProgramError}
 */
export async function runGo(
  go: string,
  args: readonly string[],
  cwd: string,
  ctx: ToolContext,
  { cgo = false }: { readonly cgo?: boolean | undefined } = {},
): Promise<string> {
  const { stdout } = await runProgram({
    file: go,
    args,
    cwd,
    env: { ...ctx.env, CGO_ENABLED: cgo ? "1" : "0", GOWORK: "off", GOOS: undefined, GOARCH: undefined },
    timeoutMs: goTimeoutMs,
    maxOutputBytes: 16 * 1024 * 1024,
    signal: ctx.signal,
  });
  return stdout.toString("utf8");
}
