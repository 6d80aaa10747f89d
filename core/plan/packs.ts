import { createHash } from "node:crypto";
import { readdir, readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { DriftlessError, failure } from "../errors/error.ts";
import type { Place } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { isSystemError } from "../errors/system-error.ts";
import { filesBeyond } from "./pack-imports.ts";
import { digestOf } from "./digest.ts";
import { compareText } from "./order.ts";
import type { PolicyPlan } from "./plan.ts";

/** Folders of a pack that are not part of what it says: dependencies are pinned by its lock file, which is. */
const ignored = new Set(["node_modules", ".git"]);

/**
 * Policy packs with a digest of everything in their folders, and of what that imports elsewhere. What is hashed is what will run, so a pack that is missing
 * or that reaches outside its folder through a link is POLICY_UNAVAILABLE: no run goes on without its policy.
 * @param packs Folders relative to the project.
 */
export async function digestPacks(
  project: string,
  packs: readonly string[],
  place: Place,
): Promise<PolicyPlan["packs"]> {
  return Promise.all(packs.map(async (pack) => ({ path: pack, digest: await digestPack(project, pack, place) })));
}

async function digestPack(project: string, pack: string, place: Place): Promise<string> {
  const folder = path.resolve(project, pack);
  if (path.isAbsolute(pack) || path.relative(project, folder).startsWith("..")) {
    throw unavailable(pack, "is outside the project", place);
  }
  try {
    const root = await realpath(folder);
    const files = await filesBelow(root, "", pack, place);
    if (!files.includes("PulumiPolicy.yaml")) throw unavailable(pack, "has no PulumiPolicy.yaml", place);
    const own = await Promise.all(files.map(async (file) => lineOf(file, await readFile(path.join(root, file)))));
    const beyond = [...(await filesBeyond(root, files))].map(([file, content]) => lineOf(file, content));
    return digestOf([...own, ...beyond.sort(compareText)].join("\n"));
  } catch (cause) {
    if (cause instanceof DriftlessError) throw cause;
    const missing = isSystemError(cause, "ENOENT");
    throw unavailable(pack, missing ? "does not exist" : "cannot be read", place, cause);
  }
}

function lineOf(file: string, content: Buffer): string {
  return `${JSON.stringify(file)} ${createHash("sha256").update(content).digest("hex")}`;
}

/** Files at any depth with forward slashes, sorted. */
async function filesBelow(root: string, folder: string, pack: string, place: Place): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => !ignored.has(entry.name))
      .map(async (entry): Promise<readonly string[]> => {
        const file = path.posix.join(folder, entry.name);
        if (entry.isDirectory()) return filesBelow(root, file, pack, place);
        if (entry.isFile()) return [file];
        throw unavailable(pack, `has something that is neither file nor folder: ${quote(file)}`, place);
      }),
  );
  return found.flat().sort(compareText);
}

function unavailable(pack: string, problem: string, place: Place, cause?: unknown): DriftlessError {
  return failure(
    "POLICY_UNAVAILABLE",
    `The policy pack ${quote(pack)} ${problem}.`,
    "Put the pack into the project, or correct its path; nothing runs without its policy.",
    { place, cause },
  );
}
