import { BareRepo, type NewCommit } from "../../demo/bare-repo.ts";

/** Files that one commit writes, by path; `null` removes a file. */
export type Commit = NewCommit["files"];

/** A bare config repository with the branch `main`. */
export interface ConfigRepo {
  /** Adds a commit and returns its full id. Equal histories get equal ids. */
  commit(files: Commit, branch?: string): Promise<string>;
}

/** Makes an empty config repository. */
export async function createConfigRepo(folder: string): Promise<ConfigRepo> {
  const repo = await BareRepo.create(folder, process.env["PATH"]);
  let count = 0;
  return {
    commit: (files, branch = "main") => {
      count += 1;
      const seconds = 1_700_000_000 + count * 60;
      return repo.commit({ message: `Commit ${count}\n`, author: "Test <test@example.com>", seconds, files, branch });
    },
  };
}
