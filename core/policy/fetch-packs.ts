import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { PackEntry } from "../environment/schema/policy.ts";
import { DriftlessError, failure } from "../errors/error.ts";
import type { Place } from "../errors/finding.ts";
import { isSystemError } from "../errors/system-error.ts";
import { exportTree, planExport, type ExportedFile } from "../git/export.ts";
import { resolveLinks } from "../git/links.ts";
import { openSource, type SourceContext } from "../git/source.ts";
import type { SourceTree } from "../git/tree.ts";
import { packFolder, packTitle } from "./pack-entry.ts";

type GitPack = Extract<PackEntry, { readonly git: string }>;

/**
 * Puts packs of repositories where `packFolder` says, below the project, so that they find its npm packages. What is there
 * already is compared with the commit, file by file, and replaced where it differs.
 * @param folder Instead of the project, what they are put below; local repositories stay relative to the project.
 * @throws what opening a source throws, and POLICY_UNAVAILABLE for a commit without the folder; each with its place.
 */
export async function fetchPacks(
  packs: readonly PackEntry[],
  locate: (path: readonly (string | number)[]) => Place,
  context: SourceContext,
  folder = context.project,
): Promise<void> {
  await Promise.all(
    packs.map(async (pack, index) => {
      if (typeof pack === "string" || !("git" in pack)) return;
      try {
        await fetchPack(join(folder, packFolder(pack)), pack, context);
      } catch (error) {
        if (!(error instanceof DriftlessError)) throw error;
        const [first, ...rest] = error.findings;
        const place = locate(["policy", "packs", index, "git"]);
        throw new DriftlessError([{ ...first, place }, ...rest], { cause: error });
      }
    }),
  );
}

/** Packs that are being fetched, by their folders: a plan and the packs themselves want the same at the same time. */
const running = new Map<string, Promise<void>>();

async function fetchPack(folder: string, pack: GitPack, context: SourceContext): Promise<void> {
  const fetching = running.get(folder) ?? fetchInto(folder, pack, context).finally(() => running.delete(folder));
  running.set(folder, fetching);
  await fetching;
}

async function fetchInto(folder: string, pack: GitPack, context: SourceContext): Promise<void> {
  const { git, revision, local, path } = pack;
  const { tree } = await openSource({ repo: git, revision, local }, context);
  const entry = await resolveLinks(tree, path);
  if (entry.kind !== "folder") {
    const message = `The policy pack "${packTitle(pack)}" is a file where a folder is expected.`;
    throw failure("POLICY_UNAVAILABLE", message, "Name the folder that holds PulumiPolicy.yaml.");
  }
  const files = await planExport(tree, [path]);
  if (await holds(folder, path, files)) return;
  await replace(folder, tree, path);
}

/** Git's id of a file with some content. */
function blobId(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

async function holds(folder: string, path: string, files: readonly ExportedFile[]): Promise<boolean> {
  const wanted = new Map(files.map((file) => [relative(path, file.path), file.from.id]));
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => !entry.isDirectory());
    if (found.length !== wanted.size || found.some((entry) => !entry.isFile())) return false;
    const same = await Promise.all(
      found.map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        return wanted.get(relative(folder, file)) === blobId(await readFile(file));
      }),
    );
    return same.every(Boolean);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return false;
    throw error;
  }
}

/** Processes that do so at the same time write the same: the last one's folder stays. */
async function replace(folder: string, tree: SourceTree, path: string): Promise<void> {
  const made = join(dirname(folder), `.new-${randomUUID()}`);
  try {
    await mkdir(made, { recursive: true, mode: 0o700 });
    await exportTree(tree, [path], made);
    await rm(folder, { recursive: true, force: true });
    await rename(path === "." ? made : join(made, path), folder).catch((error: unknown) => {
      if (!isSystemError(error, "ENOTEMPTY", "EEXIST")) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
