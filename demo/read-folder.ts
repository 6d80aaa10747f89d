import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Text of every file below a folder, by path with forward slashes. */
export async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => {
    const path = relative(folder, file).replaceAll(sep, "/");
    return [path, await readFile(file, "utf8")] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
