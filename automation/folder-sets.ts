import type { LoadedEnvironment } from "../core/environment/load.ts";
import { openSource } from "../core/git/source.ts";
import type { Session } from "./session.ts";

/**
 * The environment with the applications that its sets make of folders of the source. Git is asked only if there are such
 * sets, and the pinned commit is not in the cache. Throws what opening a source and `withSource` throw.
 */
export async function withFolders(
  { io, project }: Pick<Session, "io" | "project">,
  loaded: LoadedEnvironment,
): Promise<LoadedEnvironment> {
  if (loaded.waiting.length === 0) return loaded;
  const context = { project, cache: io.cache, env: io.env, signal: io.signal };
  return loaded.withSource((await openSource(loaded.spec.source, context)).tree);
}
