import { homedir } from "node:os";
import { join } from "node:path";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { ensureTools, toolGroups, toolPath } from "../../toolchain/toolchain.ts";
import type { TestProject } from "./pulumi-project.ts";

/** How a run of the Pulumi command line ended. */
export interface PulumiRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Everything that it wrote. */
  readonly output: string;
}

/** One step of `pulumi preview --json`. */
export interface Step {
  readonly op: string;
  /** Type and name, such as `kubernetes:core/v1:ConfigMap::local/payments/ConfigMap/settings`. */
  readonly resource: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The Pulumi command line as a user has it, in a project: no part of Driftless in between. */
export class PlainPulumi {
  readonly #project: TestProject;
  readonly #env: Env;

  private constructor(project: TestProject, env: Env) {
    this.#project = project;
    this.#env = env;
  }

  /** Gets the tools; `env` is added to what every run sees. */
  static async create(project: TestProject, env: Env): Promise<PlainPulumi> {
    const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");
    const progress = (line: string): void => console.error(line);
    const tools = await ensureTools([...toolGroups.engine, ...toolGroups.render], {
      cache,
      env: process.env,
      progress,
    });
    return new PlainPulumi(project, {
      PATH: toolPath(tools, process.env),
      HOME: homedir(),
      XDG_CACHE_HOME: project.cacheHome,
      PULUMI_HOME: join(project.cacheHome, "pulumi"),
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ...env,
    });
  }

  /** Runs `pulumi` to its end, however it ends. */
  async run(args: readonly string[], env: Env = {}): Promise<PulumiRun> {
    const run = {
      file: "pulumi",
      args: [...args, "--non-interactive", "--color=never"],
      cwd: this.#project.folder,
      env: { ...this.#env, ...env },
      timeoutMs: 120_000,
      maxOutputBytes: 20_000_000,
    };
    try {
      const { stdout, stderr } = await runProgram(run);
      return { exitCode: 0, stdout: stdout.toString("utf8"), output: `${stdout.toString("utf8")}\n${stderr}` };
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      const stdout = error.stdout.toString("utf8");
      return { exitCode: error.exitCode, stdout, output: `${stdout}\n${error.stderr}` };
    }
  }

  /** Runs `pulumi`, which must succeed; returns its standard output. */
  async must(args: readonly string[], env: Env = {}): Promise<string> {
    const { exitCode, stdout, output } = await this.run(args, env);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${output}`);
    return stdout;
  }

  /** What an update of the stack would do, unchanged resources left out. */
  async steps(stack: string, env: Env = {}): Promise<readonly Step[]> {
    const preview: unknown = JSON.parse(await this.must(["preview", "-s", stack, "--json"], env));
    const { steps } = preview as { readonly steps: readonly { readonly op: string; readonly urn: string }[] };
    return steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => ({ op, resource: urn.replace(/^.*::(.*::.*)$/, "$1").replace(/^.*\$/, "") }));
  }
}
