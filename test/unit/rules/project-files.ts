import { runProgram } from "../../../core/exec/run.ts";

/** Files of the checkout that Git tracks or would track, relative to its root. Tests run in the root. */
export async function projectFiles(): Promise<readonly string[]> {
  const { stdout } = await runProgram({
    file: "git",
    args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    env: { PATH: process.env["PATH"] },
    timeoutMs: 30_000,
    maxOutputBytes: 16 << 20,
  });
  return stdout.toString("utf8").split("\0").filter(Boolean);
}
