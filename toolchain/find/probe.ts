import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import type { ToolContext } from "../part.ts";
import { ignoreMissing } from "./executable.ts";
import { readVersion } from "./version.ts";

const probeTimeoutMs = 10_000;
/** A smaller file is a script that may start another version tomorrow; it is asked every time. */
const smallestProgram = 1024 * 1024;

/**
 * Version that a program prints; undefined if it fails or prints none. The answer is kept in the cache under the
 * file's path, size and time, so that a program is asked once until it changes; scripts are asked every time.
 */
export async function probeVersion(
  path: string,
  args: readonly string[],
  ctx: ToolContext,
): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(path);
  if (size < smallestProgram) return ask(path, args, ctx);
  const key = [path, size, mtimeMs, ...args].join("|");
  const file = join(ctx.cache, "toolchain", "probes.json");
  const known = await readProbes(file);
  if (key in known) return known[key];

  const version = await ask(path, args, ctx);
  if (version === undefined) return undefined;
  await mkdir(join(ctx.cache, "toolchain"), { recursive: true });
  // Read again: another process may have added its answer meanwhile. A lost answer costs one more probe.
  const answers = { ...(await readProbes(file)), [key]: version };
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(answers, undefined, 2));
  await rename(draft, file);
  return version;
}

async function ask(path: string, args: readonly string[], ctx: ToolContext): Promise<string | undefined> {
  try {
    const { stdout } = await runProgram({
      file: path,
      args,
      env: { PATH: ctx.env["PATH"], HOME: ctx.env["HOME"], PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeoutMs: probeTimeoutMs,
      maxOutputBytes: 64 * 1024,
      signal: ctx.signal,
    });
    return readVersion(stdout.toString("utf8"));
  } catch (error) {
    if (error instanceof ProgramError && error.reason !== "aborted") return undefined;
    throw error;
  }
}

async function readProbes(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch(ignoreMissing);
  if (text === undefined) return {};
  const entries = Object.entries(parseObject(text));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    // A damaged file means that nothing is known, not that anything is wrong.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
