import type { SourceSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { parseRepositoryUrl, withoutUser } from "../../core/git/url.ts";
import type { WorkRepository } from "../../core/git/work-repository.ts";

/** True if a source is the repository of a clone, or the clone itself. */
export function followsRepository(
  { repo, local }: Pick<SourceSpec, "repo" | "local">,
  { remote, folder }: Pick<WorkRepository, "remote" | "folder">,
  project: string,
): boolean {
  const source = parsed(repo, local, project);
  if (source === undefined) return false;
  if (source.kind === "local" && source.address === folder) return true;
  const own = remote === undefined ? undefined : parsed(withoutUser(remote), true, folder);
  return own !== undefined && placeOf(own.address) === placeOf(source.address);
}

/** Host and path: the same repository is cloned by https in one place and by ssh in another. */
function placeOf(address: string): string {
  const bare = address.replace(/^[a-z]+:\/\//i, "").replace(/^[^@/]*@/, "");
  return bare
    .replace(/^([^/:]+):(?!\d+\/)/, "$1/")
    .replace(/\/+$/, "")
    .replace(/\.git$/, "");
}

function parsed(repo: string, local: boolean, folder: string) {
  try {
    return parseRepositoryUrl(repo, local, folder);
  } catch (error) {
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}
