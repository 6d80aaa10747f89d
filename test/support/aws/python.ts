import { createHash } from "node:crypto";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ProgramError, runProgram } from "../../../core/exec/run.ts";
import { findOnPath } from "../../../toolchain/find/executable.ts";
import { withLock } from "../../../toolchain/process/lock.ts";
import { machineCache } from "../toolchain.ts";

const requirements = join(import.meta.dirname, "requirements.txt");

/**
 * A Python with moto in it, in the tool cache of this machine; installed by the first test that asks. Fails, saying so, on
 * a machine without python3: these tests are not left out.
 */
export async function pythonWithMoto(): Promise<string> {
  const python = await findOnPath("python3", process.env["PATH"]);
  if (python === undefined) {
    throw new Error(
      "The tests of EKS run against moto, which needs python3 (with venv): install it, and run them again.",
    );
  }
  const version = (await run(python, ["--version"])).trim();
  const hash = createHash("sha256")
    .update(version)
    .update(await readFile(requirements));
  const folder = join(machineCache, "toolchain", `moto-${hash.digest("hex").slice(0, 12)}`);
  const complete = join(folder, "complete");
  await mkdir(join(machineCache, "toolchain"), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (await exists(complete)) return;
    console.error("installing moto, which plays AWS in tests, from the Python package index");
    await rm(folder, { recursive: true, force: true });
    await run(python, ["-m", "venv", folder]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", requirements];
    await run(join(folder, "bin", "python"), install);
    await writeFile(complete, "");
  });
  return join(folder, "bin", "python");
}

async function run(file: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await runProgram({
      file,
      args,
      env: process.env,
      timeoutMs: 900_000,
      maxOutputBytes: 5_000_000,
    });
    return stdout.toString("utf8");
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw new Error(`moto could not be installed: ${error.message}\n${error.stderr}`, { cause: error });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
