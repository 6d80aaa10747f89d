import { ProgramError, runProgram } from "../../core/exec/run.ts";
import type { DeliveryEnvironment } from "./delivery-environment.ts";

/** Runs plain `pulumi` on the stack `dev` with what `doctor --shell` printed; returns everything that it wrote. */
export async function pulumi(
  { project, cluster }: Pick<DeliveryEnvironment, "project" | "cluster">,
  shell: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const printed = [...shell.matchAll(/^export (\w+)='([^']*)'$/gm)].map(([, name, value]) => [name, value] as const);
  const exported: Readonly<Record<string, string>> = Object.fromEntries(
    printed.flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value]])),
  );
  const env = {
    HOME: process.env["HOME"],
    XDG_CACHE_HOME: project.cacheHome,
    ...exported,
    KUBECONFIG: cluster.kubeconfig,
    ...more,
  };
  const all = [...args, "--stack", "dev", "--non-interactive", "--color=never"];
  const run = { file: "pulumi", args: all, cwd: project.folder, env, timeoutMs: 120_000, maxOutputBytes: 20_000_000 };
  try {
    const { stdout, stderr } = await runProgram(run);
    return `${stdout.toString("utf8")}\n${stderr}`;
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return `${error.stdout.toString("utf8")}\n${error.stderr}`;
  }
}
