import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Installs the locked dependencies unless they are there; says so on standard error, because it takes a while.
 * @param {string} root folder of the repository
 */
export async function installDependencies(root) {
  if (await isInstalled(root)) return;
  console.error("installing the locked npm packages (about 20 s the first time)");
  const code = await runNpm(root, ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
  if (code === 0) return;
  console.error("The npm packages could not be installed; the lines above say why.");
  console.error("  fix: check that npm reaches its registry, then run the command again.");
  process.exit(1);
}

/**
 * True if what npm has installed is what package-lock.json names. npm writes its own record last, so that an
 * interrupted installation counts as none; packages for other platforms may be absent.
 * @param {string} root folder of the repository
 */
async function isInstalled(root) {
  const [locked, installed] = await Promise.all([
    readPackages(join(root, "package-lock.json")),
    readPackages(join(root, "node_modules", ".package-lock.json")),
  ]);
  return Object.entries(locked).every(([path, { version, optional }]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version;
  });
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, { version?: string, optional?: boolean }>>}
 */
async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, "utf8")).packages ?? {};
  } catch (error) {
    if (error instanceof SyntaxError || error.code === "ENOENT") return {};
    throw error;
  }
}

/**
 * Runs the npm that runs us, else the one on PATH; whatever it prints goes to standard error.
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code
 */
function runNpm(root, args) {
  const own = process.env.npm_execpath;
  const [file, ...before] = own === undefined || !/\.c?js$/.test(own) ? ["npm"] : [process.execPath, own];
  const child = spawn(file, [...before, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      console.error(`npm could not be started: ${error.message}`);
      resolve(1);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
