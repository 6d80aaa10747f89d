import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const oldest = 24;

/**
 * True if a Node.js of this version runs this repository's TypeScript.
 * @param {string} version such as `24.21.0` or `v24.21.0`
 */
export function runsTypeScript(version) {
  return Number.parseInt(version.replace(/^v/, ""), 10) >= oldest;
}

/**
 * The Node.js that npm installed beside the dependencies, else the first new enough one on PATH.
 * @param {string} root folder of the repository
 * @returns {string | undefined}
 */
export function findNode(root) {
  const installed = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(installed)) return installed;
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, process.platform === "win32" ? "node.exe" : "node"))
    .find(
      (file) => existsSync(file) && runsTypeScript(spawnSync(file, ["--version"], { encoding: "utf8" }).stdout ?? ""),
    );
}
