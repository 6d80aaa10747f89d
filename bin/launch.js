import { spawn } from "node:child_process";
import { constants } from "node:os";
import module from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installDependencies } from "./install.js";
import { findNode, runsTypeScript } from "./find-node.js";

const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * Runs an entry of this repository under Node.js 24, with the locked dependencies installed before.
 * In this process if it is new enough, else in one of the Node.js that npm installs beside the dependencies.
 * @param {string} entry path inside the repository
 * @param {readonly string[]} args
 */
export async function launch(entry, args) {
  await installDependencies(root);
  if (runsTypeScript(process.versions.node)) {
    const file = join(root, entry);
    module.enableCompileCache(join(root, "node_modules", ".cache", "compile"));
    process.argv = [process.execPath, file, ...args];
    await import(pathToFileURL(file).href);
    return;
  }
  const node = findNode(root);
  if (node === undefined) {
    console.error("driftless needs Node.js 24 or newer, and npm has none for this platform.");
    console.error("  fix: install Node.js 24 from https://nodejs.org/ and put it on PATH.");
    process.exit(1);
  }
  follow(spawn(node, [...process.execArgv, ...process.argv.slice(1)], { stdio: "inherit" }));
}

/**
 * Ends like the child does. Ctrl-C reaches the child by itself, because it is in the same group; other signals are
 * passed on.
 * @param {import("node:child_process").ChildProcess} child
 */
function follow(child) {
  process.on("SIGINT", () => {});
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    console.error(`Node.js 24 could not be started: ${error.message}`);
    process.exit(1);
  });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? "SIGTERM"]));
}
