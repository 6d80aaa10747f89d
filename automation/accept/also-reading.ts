import { listEnvironments } from "../../core/environment/list.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { joinInside } from "../../core/git/path.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";

/**
 * Other environments of the project whose applications read changed files from the same repository: what is accepted in
 * one is accepted for them too, once they pin it. As `staging (web, api)`, sorted.
 */
export async function alsoReading(
  project: string,
  { spec }: Pick<LoadedEnvironment, "spec">,
  files: readonly string[],
): Promise<readonly string[]> {
  const names = (await listEnvironments(project)).filter((name) => name !== spec.name);
  const found = await Promise.all(
    names.map(async (name): Promise<readonly string[]> => {
      const other = await specOf(project, name);
      if (other === undefined || addressOf(project, other) !== addressOf(project, spec)) return [];
      const readers = readersOf(other, files);
      return readers.length === 0 ? [] : [`${name} (${readers.join(", ")})`];
    }),
  );
  return found.flat();
}

/** A document that cannot be read says nothing; whoever works on it hears of that. */
async function specOf(project: string, name: string): Promise<EnvironmentSpec | undefined> {
  try {
    return (await loadEnvironment(project, name)).spec;
  } catch (error) {
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}

function addressOf(project: string, { source }: EnvironmentSpec): string {
  return parseRepositoryUrl(source.repo, source.local, project).canonical;
}

function readersOf({ source, applications }: EnvironmentSpec, files: readonly string[]): readonly string[] {
  const root = joinInside(".", source.path);
  const images = source.images === undefined ? undefined : joinInside(".", source.images, root);
  return [
    ...(images !== undefined && files.includes(images) ? ["images"] : []),
    ...Object.entries(applications)
      .filter(([, { path }]) => {
        const folder = joinInside(".", path, root);
        return files.some((file) => folder === "." || file.startsWith(`${folder}/`));
      })
      .map(([name]) => name)
      .sort(),
  ];
}
