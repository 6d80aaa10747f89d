import { readFile } from "node:fs/promises";
import { projectFiles } from "../../rules/project-files.ts";

/** A page of the documentation, by its path from the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page that somebody reads: those of `docs/`, and what stands at the root. */
export async function pages(): Promise<readonly Page[]> {
  const paths = (await projectFiles()).filter((path) => /^(docs\/.*|[A-Z]+)\.md$/.test(path));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, "utf8") })));
}
