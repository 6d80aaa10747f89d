import { runProgram } from "../../core/exec/run.ts";
import { kubectlPath } from "./tools.ts";

/** Runs the toolchain's kubectl, which must succeed; returns what it printed, trimmed. */
export async function kubectl(kubeconfig: string, args: readonly string[]): Promise<string> {
  const output = await runProgram({
    file: await kubectlPath(),
    args,
    env: { KUBECONFIG: kubeconfig, HOME: "/nonexistent" },
    timeoutMs: 60_000,
    maxOutputBytes: 20_000_000,
  });
  return output.stdout.toString("utf8").trim();
}
