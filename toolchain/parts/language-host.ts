import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findOnPath, isExecutable } from "../find/executable.ts";
import type { Found, Part, ToolContext } from "../part.ts";

const command = "pulumi-language-nodejs";
const standIn = fileURLToPath(new URL(`../language-host/${command}`, import.meta.url));

/** Runs Node.js programs for the engine: the official one where there is one, else the stand-in of this repository. */
export const languageHost = {
  title: "Node.js language host",
  version: "stand-in",
  advice: "it comes with the official Pulumi CLI: https://www.pulumi.com/docs/install/",
  locate,
} as const satisfies Part;

async function locate(ctx: ToolContext, pulumi: string | undefined): Promise<Found | undefined> {
  if (pulumi !== undefined) {
    // The command on PATH is often a link to where the CLI is installed, with the host beside it.
    for (const cli of [pulumi, await realpath(pulumi)]) {
      const beside = join(dirname(cli), command);
      if (await isExecutable(beside)) return { path: beside, version: "of this CLI", origin: "PATH" };
    }
  }
  const onPath = await findOnPath(command, ctx.env["PATH"]);
  // A host beside another CLI belongs to that one, and that one was too old to be taken.
  const foreign = onPath !== undefined && (await isExecutable(join(dirname(onPath), "pulumi")));
  return onPath === undefined || onPath === standIn || foreign
    ? { path: standIn, version: "stand-in", origin: "bundled" }
    : { path: onPath, version: "unknown", origin: "PATH" };
}
