import { chmod, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModuleFiles, ModuleFolders, ToolContext } from "../part.ts";
import { runGo } from "./go.ts";

/** Copies files of a Go module, at the version that the recipe in `source` fixes, into `folder`. */
export async function copyModuleFiles(
  files: ModuleFiles,
  source: string,
  folder: string,
  go: string,
  ctx: ToolContext,
): Promise<void> {
  const module = await moduleFolder(files.module, source, go, ctx);
  const documents = await Promise.all(files.from.map((file) => readFile(join(module, file), "utf8")));
  await writeFile(join(folder, files.to), documents.join("\n---\n"));
}

/** Copies folders of a Go module into a folder of the tool. */
export async function copyModuleFolders(
  { module, from, to }: ModuleFolders,
  source: string,
  tool: string,
  go: string,
  ctx: ToolContext,
): Promise<void> {
  const folder = await moduleFolder(module, source, go, ctx);
  for (const name of from) await cp(join(folder, name), join(tool, to, name), { recursive: true });
  // Go's module cache is read-only, which would keep the copy from being removed.
  await makeWritable(join(tool, to));
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) await chmod(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
}

async function moduleFolder(module: string, source: string, go: string, ctx: ToolContext): Promise<string> {
  return directoryOf(JSON.parse(await runGo(go, ["mod", "download", "-json", module], source, ctx)));
}

function directoryOf(answer: unknown): string {
  if (typeof answer === "object" && answer !== null && "Dir" in answer && typeof answer.Dir === "string") {
    return answer.Dir;
  }
  throw new TypeError("go mod download did not name the module's folder");
}
