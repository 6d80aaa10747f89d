import { arch, platform } from "node:os";
import { fileURLToPath } from "node:url";
import { isExecutable } from "../find/executable.ts";
import type { Found, Part } from "../part.ts";

const version = "24.21.0";

/** Node.js for the program and the policy packs: the one that npm installed here, else an installed one. */
export const node = {
  title: "Node.js",
  version,
  advice: "install Node.js 24 or newer: https://nodejs.org/",
  installed: { command: "node", versionArgs: ["--version"], atLeast: "24.0.0" },
  locate,
} as const satisfies Part;

async function locate(): Promise<Found | undefined> {
  const path = fileURLToPath(new URL(`../../node_modules/node-${platform()}-${arch()}/bin/node`, import.meta.url));
  return (await isExecutable(path)) ? { path, version, origin: "bundled" } : undefined;
}
