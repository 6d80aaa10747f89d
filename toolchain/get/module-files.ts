import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModuleFiles, ToolContext } from "../part.ts";
import { runGo } from "./go.ts";

/** Copies files of a Go module, at the version that the recipe in `source` fixes, into `folder`. */
export async function copyModuleFiles(
  files: ModuleFiles,
  source: string,
  folder: string,
  go: string,
  ctx: ToolContext,
): Promise<void> {
  const answer: unknown = JSON.parse(await runGo(go, ["mod", "download", "-json", files.module], source, ctx));
  const module = directoryOf(answer);
  const documents = await Promise.all(files.from.map((file) => readFile(join(module, file), "utf8")));
  await writeFile(join(folder, files.to), documents.join("\n---\n"));
}

function directoryOf(answer: unknown): string {
  if (typeof answer === "object" && answer !== null && "Dir" in answer && typeof answer.Dir === "string") {
    return answer.Dir;
  }
  throw new TypeError("go mod download did not name the module's folder");
}
