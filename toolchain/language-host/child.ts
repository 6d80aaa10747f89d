import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const guard = import.meta.resolve("./guard.ts");
/** Compiled code of the SDK and its TypeScript: 0.4 s less for each program and policy pack. Ours, so nobody else writes it. */
const compileCache = fileURLToPath(new URL("../../node_modules/.cache/compile", import.meta.url));
const children = new Set<ChildProcess>();

/** One run of a script of `@pulumi/pulumi` in a Node.js process of its own. */
export interface Script {
  /** Module, such as `@pulumi/pulumi/cmd/run`. */
  readonly module: string;
  /** Folder whose `node_modules` holds the SDK. */
  readonly folder: string;
  readonly cwd: string;
  /** Options of Node.js itself, such as `--max-old-space-size=8192`. */
  readonly nodeArgs?: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `inherit`: straight to the engine's log; else pieces of what it writes. */
  readonly output: "inherit" | ((stream: "stdout" | "stderr", data: Buffer) => void);
}

/** Runs a script to its end; the exit code, or undefined if a signal ended it. */
export function runScript(script: Script): {
  readonly child: ChildProcess;
  readonly ended: Promise<number | undefined>;
} {
  const { output } = script;
  const sink = output === "inherit" ? "inherit" : "pipe";
  const child = spawn(
    process.execPath,
    ["--import", guard, ...(script.nodeArgs ?? []), findScript(script), ...script.args],
    { cwd: script.cwd, env: { NODE_COMPILE_CACHE: compileCache, ...script.env }, stdio: ["ignore", sink, sink] },
  );
  children.add(child);
  if (output !== "inherit") {
    child.stdout?.on("data", (data: Buffer) => output("stdout", data));
    child.stderr?.on("data", (data: Buffer) => output("stderr", data));
  }
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? undefined));
  }).finally(() => children.delete(child));
  return { child, ended };
}

/** Sends a signal to everything that runs. */
export function stopChildren(signal: NodeJS.Signals): void {
  for (const child of children) child.kill(signal);
}

/** The SDK that the program itself loads; a program without one of its own gets this repository's. */
function findScript(script: Script): string {
  const paths = [script.folder, import.meta.dirname];
  return createRequire(join(script.folder, "package.json")).resolve(script.module, { paths });
}
