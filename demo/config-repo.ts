import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BareRepo } from "./bare-repo.ts";
import { history } from "./history.ts";
import { readFolder } from "./read-folder.ts";

/** First commit: 2026-01-05 09:00 UTC; each later one a day after. Fixed, so that the commit ids are the same everywhere. */
const firstCommitSeconds = Date.UTC(2026, 0, 5, 9) / 1000;
const daySeconds = 86_400;

/**
 * Makes the demo's config repository anew: a bare Git repository with `history` on its branch `main`.
 * @param folder - the repository's folder; what was there is replaced
 * @param path - `PATH` with git on it
 * @returns the full commit ids, oldest first
 */
export async function makeConfigRepo(folder: string, path: string | undefined): Promise<readonly string[]> {
  await rm(folder, { recursive: true, force: true });
  const repo = await BareRepo.create(folder, path);
  const commits: string[] = [];
  for (const [index, commit] of history.entries()) {
    const removed = Object.fromEntries(commit.removes.map((file) => [file, null]));
    const written = await readFolder(join(import.meta.dirname, "config", commit.folder));
    const id = await repo.commit({
      message: `${commit.message}\n`,
      author: "Shop Platform <platform@shop.example.com>",
      seconds: firstCommitSeconds + index * daySeconds,
      files: { ...removed, ...written },
    });
    commits.push(id);
  }
  return commits;
}
