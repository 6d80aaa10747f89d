import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { toolGroups, toolPath } from "../../toolchain/toolchain.ts";
import { repository, type TestProject } from "./pulumi-project.ts";
import { testTools } from "./toolchain.ts";

/** A line of `drift --watch --json`, as far as tests read it. */
export interface WatchLine {
  readonly kind: string;
  readonly event?: string;
  readonly time?: string;
  readonly since?: string;
  readonly cluster?: string | null;
  readonly objectKind?: string | null;
  readonly finding?: { readonly code: string; readonly message: string };
  readonly object?: { readonly verdict: string; readonly kind: string; readonly name: string; readonly origin: string };
  readonly difference?: {
    readonly path: string;
    readonly kind: string;
    readonly old?: unknown;
    readonly new?: unknown;
    readonly managers: readonly { readonly manager: string }[];
  } | null;
  readonly outcome?: string;
  readonly environments?: readonly { readonly outcome: string }[];
}

/** A line, and when it arrived, in milliseconds since 1970. */
export interface HeardLine extends WatchLine {
  readonly at: number;
}

/** `driftless drift dev --watch --json` in a process of its own. */
export class DriftWatchProcess {
  readonly lines: HeardLine[] = [];
  /** What it wrote to stderr. */
  errors = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, "exit");
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.errors += text));
    if (child.stdout === null) throw new Error("the watch has no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.lines.push({ ...(JSON.parse(line) as WatchLine), at: Date.now() });
    });
  }

  /** Starts it, and waits until it sees every change. */
  static async start(
    project: Pick<TestProject, "folder" | "cacheHome">,
    env: Readonly<Record<string, string>>,
    args: readonly string[] = ["drift", "dev", "--watch", "--json"],
  ): Promise<DriftWatchProcess> {
    const tools = await testTools([...toolGroups.render, ...toolGroups.engine]);
    const child = spawn(process.execPath, [join(repository, "automation/main.ts"), ...args], {
      cwd: project.folder,
      env: { ...process.env, PATH: toolPath(tools, process.env), XDG_CACHE_HOME: project.cacheHome, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const watch = new DriftWatchProcess(child);
    await watch.until(({ event }) => event === "watching");
    return watch;
  }

  /** The first line from `from` on for which something holds, once there is one. */
  async until(holds: (line: HeardLine) => boolean, seconds = 60, from = 0): Promise<HeardLine> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const found = this.lines.slice(from).find(holds);
      if (found !== undefined) return found;
      if (Date.now() > deadline || this.#child.exitCode !== null) {
        const heard = this.lines.slice(from).map((line) => rowOf(line));
        throw new Error(`the watch did not say it. Heard:\n${heard.join("\n")}\n${this.errors}`);
      }
      await sleep(20);
    }
  }

  /** What was said since a number of lines, in short. */
  rows(from: number): readonly string[] {
    return this.lines.slice(from).map(rowOf);
  }

  /** Bytes that its process occupies. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Stops reading what it prints, as `head` does; its exit code, once it has noticed. */
  async hangUp(): Promise<number | null> {
    this.#child.stdout?.destroy();
    await this.#ended;
    return this.#child.exitCode;
  }

  /** Interrupts it as a person does; its exit code. */
  async stop(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    this.#child.kill("SIGINT");
    await this.#ended;
    return this.#child.exitCode;
  }
}

/** `began ConfigMap settings data.key`. */
export function rowOf({ kind, event, object, difference, finding, cluster }: WatchLine): string {
  if (event === undefined) return kind;
  if (finding !== undefined) return [event, cluster ?? "environment", finding.code].join(" ");
  if (object === undefined) return event;
  return [event, object.kind, object.name, difference?.path ?? object.verdict].join(" ");
}
