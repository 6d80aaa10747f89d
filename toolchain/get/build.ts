import { cp, mkdir, mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { failure } from "../../core/errors/error.ts";
import { ProgramError } from "../../core/exec/run.ts";
import { buildId, executableIn, recipeFolder, toolchainFolder } from "../find/cache.ts";
import { isExecutable } from "../find/executable.ts";
import type { Part, Recipe, ToolContext } from "../part.ts";
import { withLock } from "../process/lock.ts";
import { runGo } from "./go.ts";
import { copyModuleFiles, copyModuleFolders } from "./module-files.ts";

const progressMs = 15_000;
const shownLines = 6;

/**
 * Builds a part from Go modules into its folder in the cache; returns the executable. Two processes that want the same
 * part build it once. Nothing is seen in the cache before it is complete.
 * @throws {DriftlessError} TOOL_BUILD_FAILED with the last lines of the compiler.
 */
export async function buildPart(
  name: string,
  part: Part,
  recipe: Recipe,
  go: string,
  ctx: ToolContext,
): Promise<string> {
  const toolchain = toolchainFolder(ctx.cache);
  const id = await buildId(name, part, recipe);
  const target = join(toolchain, id);
  const executable = executableIn(target, recipe);
  await mkdir(toolchain, { recursive: true });
  await withLock(
    join(toolchain, `.${id}.lock`),
    async () => {
      if (!(await isExecutable(executable))) await buildInto(target, part, recipe, go, ctx);
    },
    { onWait: () => ctx.progress(`waiting for another process that builds ${part.title}`), signal: ctx.signal },
  );
  return executable;
}

async function buildInto(target: string, part: Part, recipe: Recipe, go: string, ctx: ToolContext): Promise<void> {
  const draft = await mkdtemp(join(toolchainFolder(ctx.cache), ".build-"));
  const started = Date.now();
  const seconds = (): number => Math.round((Date.now() - started) / 1000);
  ctx.progress(
    `building ${part.title} ${part.version} from Go modules (about ${recipe.seconds} s the first time; kept in the cache)`,
  );
  const ticker = setInterval(() => ctx.progress(`still building ${part.title}: ${seconds()} s`), progressMs);
  try {
    await compile(draft, recipe, go, ctx);
    // What stands there is not complete, or the lock would have found it.
    await rm(target, { recursive: true, force: true });
    await rename(join(draft, "tool"), target);
    ctx.progress(`built ${part.title} ${part.version} in ${seconds()} s`);
  } catch (error) {
    throw error instanceof ProgramError ? buildFailure(part, error, draft, ctx) : error;
  } finally {
    clearInterval(ticker);
    await rm(draft, { recursive: true, force: true });
  }
}

/** Everything happens in the draft folder: a build never writes into the repository. */
async function compile(draft: string, recipe: Recipe, go: string, ctx: ToolContext): Promise<void> {
  const source = join(draft, "source");
  const tool = join(draft, "tool");
  await cp(recipeFolder(recipe), source, { recursive: true });
  await mkdir(join(tool, "bin"), { recursive: true });
  for (const files of recipe.files ?? []) {
    await copyModuleFiles(files, source, files.into === "source" ? source : tool, go, ctx);
  }
  for (const folders of recipe.folders ?? []) await copyModuleFolders(folders, source, tool, go, ctx);
  const flags = ["-s", "-w", ...recipe.set.map((value) => `-X ${value}`)].join(" ");
  const output = executableIn(tool, recipe);
  const tags = recipe.tags === undefined ? [] : ["-tags", recipe.tags.join(",")];
  const args = ["build", "-trimpath", ...tags, "-ldflags", flags, "-o", output, recipe.package];
  await runGo(go, args, source, ctx, { cgo: recipe.cgo });
  for (const link of recipe.links ?? []) await symlink(recipe.binary, join(tool, "bin", link));
}

function buildFailure(part: Part, error: ProgramError, draft: string, ctx: ToolContext): Error {
  const lines = error.stderr.trimEnd().split("\n").slice(-shownLines).join("\n    ");
  const shown = [draft, ctx.cache, ctx.env["HOME"] ?? homedir()].reduce(
    (text, path) => text.replaceAll(path, "…"),
    lines,
  );
  return failure(
    "TOOL_BUILD_FAILED",
    `${part.title} ${part.version} could not be built: ${error.message}.\n    ${shown}`,
    `Check that Go can reach its module proxy (GOPROXY) and that the disk has room, then run again; or ${part.advice}.`,
    { cause: error },
  );
}
