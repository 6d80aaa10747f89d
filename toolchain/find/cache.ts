import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Part, Recipe } from "../part.ts";

const recipes = fileURLToPath(new URL("../recipes/", import.meta.url));

/** Folder of a recipe in this repository. */
export function recipeFolder(recipe: Recipe): string {
  return join(recipes, recipe.folder);
}

/**
 * Name of a built part's folder in the cache: `<name>-<version>-<hash>`. The hash covers the recipe, its files and the
 * platform, so that the folder's existence proves what is in it.
 */
export async function buildId(name: string, part: Part, recipe: Recipe): Promise<string> {
  const folder = recipeFolder(recipe);
  const hash = createHash("sha256").update(JSON.stringify([platform(), arch(), { ...recipe, seconds: undefined }]));
  for (const file of (await readdir(folder)).sort()) {
    hash.update(`\0${file}\0`).update(await readFile(join(folder, file)));
  }
  return `${name}-${part.version}-${hash.digest("hex").slice(0, 12)}`;
}

/** The executable of a part inside its folder in the cache. */
export function executableIn(folder: string, recipe: Recipe): string {
  return join(folder, "bin", recipe.binary);
}

/** Folder of the toolchain in the machine cache. */
export function toolchainFolder(cache: string): string {
  return join(cache, "toolchain");
}
