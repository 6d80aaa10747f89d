/**
 * `npm test`: gets the tools that the tests need, runs all tests, and closes with the counts alone on a line.
 * Arguments go to mocha: `npm test -- --grep prune`, `npm test -- test/integration/git.test.ts`.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { DriftlessError } from "../core/errors/error.ts";
import { ensureTools, toolGroups } from "../toolchain/toolchain.ts";
import { closingLine, readCounts, type Counts } from "./support/counts.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
/** Test files that run side by side: most of them wait for clusters and engines half of the time. */
const jobs = 2;
const folders = ["unit", "components", "policies", "integration", "cases"];

const counts = await main();
console.log(`\n${closingLine(counts)}`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function main(): Promise<Counts> {
  if (!(await getTools())) return { passed: 0, failed: 1, skipped: 0 };
  const scratch = await mkdtemp(join(tmpdir(), "driftless-test-"));
  try {
    const file = join(scratch, "counts.json");
    const code = await runMocha(file);
    const counts = await readCounts(file);
    // A run that broke off has failed, whatever it had counted until then.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function getTools(): Promise<boolean> {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "driftless");
  try {
    const names = [
      ...toolGroups.engine,
      ...toolGroups.render,
      ...toolGroups.cluster,
      ...toolGroups.forge,
      ...toolGroups.images,
    ];
    await ensureTools(names, { cache, env: process.env, progress: (line) => console.error(line) });
    return true;
  } catch (error) {
    if (!(error instanceof DriftlessError)) throw error;
    console.error(error.message);
    return false;
  }
}

/** Runs mocha in a process of its own, so that the counts are printed even if it crashes; returns its exit code. */
function runMocha(countsFile: string): Promise<number> {
  const args = process.argv.slice(2);
  const named = args.some((argument) => argument.endsWith(".ts"));
  const files = named ? [] : folders.map((folder) => `test/${folder}/**/*.test.ts`);
  const reporter = join(root, "test", "support", "counting-reporter.ts");
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  const child = spawn(
    process.execPath,
    [mocha, "--exit", "--parallel", "--jobs", String(jobs), "--reporter", reporter, ...args, ...files],
    { cwd: root, stdio: "inherit", env: { ...process.env, DRIFTLESS_TEST_COUNTS: countsFile } },
  );
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
