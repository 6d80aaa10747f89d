import { createHash } from "node:crypto";
import type { PackEntry } from "../environment/schema/policy.ts";

/** How messages name a pack: its folder, its repository or its package. */
export function packTitle(entry: PackEntry): string {
  if (typeof entry === "string") return entry;
  if ("git" in entry) return entry.path === "." ? entry.git : `${entry.git}/${entry.path}`;
  return "npm" in entry ? entry.npm : entry.path;
}

/** Folder of a pack, relative to the project; that of a repository's commit is made by `fetchPacks`. */
export function packFolder(entry: PackEntry): string {
  if (typeof entry === "string") return entry;
  if ("npm" in entry) return `node_modules/${entry.npm}`;
  if (!("git" in entry)) return entry.path;
  const where = createHash("sha256").update(`${entry.git}\0${entry.path}`).digest("hex");
  return `.driftless/packs/${entry.revision.slice(0, 12)}-${where.slice(0, 8)}`;
}
