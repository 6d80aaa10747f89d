import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { failure } from "../core/errors/error.ts";

/**
 * The project's folder: `wanted`, or the nearest one from `cwd` upwards, that holds a Pulumi.yaml.
 * Throws USAGE if there is none.
 */
export function findProject(cwd: string, wanted: string | undefined): string {
  if (wanted !== undefined) {
    const folder = resolve(cwd, wanted);
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    throw failure("USAGE", "The folder given with --project holds no Pulumi.yaml.", "Name the folder of a project.");
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (folder === dirname(folder)) break;
  }
  throw failure(
    "USAGE",
    "No Pulumi.yaml was found in this folder or above it.",
    "Run the command inside a project, or name its folder with -C <folder>.",
  );
}
