import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportTree, type ExportedFile } from "../git/export.ts";
import type { SourceTree } from "../git/tree.ts";

/** A private folder that lives as long as one rendering. */
export interface Sandbox {
  /** Absolute path, links resolved: tools print it that way. */
  readonly folder: string;
  /** Copies of the inputs, at their paths in the source. */
  readonly source: string;
  /** An empty home. */
  readonly home: string;
}

/** Folder of the sandbox that holds the inputs. */
export const sourceFolder = "source";

/** Puts exactly the inputs into a random folder that nobody else may enter, runs `action`, and removes the folder. */
export async function withSandbox<T>(
  tree: SourceTree,
  inputs: readonly ExportedFile[],
  action: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "driftless-render-")));
  try {
    const sandbox: Sandbox = { folder, source: join(folder, sourceFolder), home: join(folder, "home") };
    await mkdir(sandbox.source, { mode: 0o700 });
    await mkdir(sandbox.home, { mode: 0o700 });
    await exportTree(
      tree,
      inputs.map(({ path }) => path),
      sandbox.source,
    );
    return await action(sandbox);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
