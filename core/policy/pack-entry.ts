import type { PackEntry } from "../environment/schema/policy.ts";
import { failure } from "../errors/error.ts";

/** How messages name a pack: its folder, its repository or its package. */
export function packTitle(entry: PackEntry): string {
  if (typeof entry === "string") return entry;
  if ("git" in entry) return entry.path === "." ? entry.git : `${entry.git}/${entry.path}`;
  return "npm" in entry ? entry.npm : entry.path;
}

/**
 * Folder of a pack, relative to the project.
 * @throws POLICY_UNAVAILABLE for packs of repositories, which are not fetched.
 */
export function packFolder(entry: PackEntry): string {
  if (typeof entry === "string") return entry;
  if ("npm" in entry) return `node_modules/${entry.npm}`;
  if (!("git" in entry)) return entry.path;
  const message = `The policy pack "${packTitle(entry)}" is not in a folder of the project.`;
  throw failure("POLICY_UNAVAILABLE", message, "Put the pack into the project; nothing runs without its policy.");
}
