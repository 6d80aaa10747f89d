import { DriftlessError } from "../errors/error.ts";
import { joinInside, joinSource } from "../git/path.ts";
import { checkBranch } from "../git/ref.ts";
import { parseRepositoryUrl } from "../git/url.ts";
import type { Outline, Text } from "./outline.ts";
import type { Problem } from "./problem.ts";

/** Checks the address, the branch and every path as the code that will use them does, before anything is started. */
export function checkSource({ source, applications }: Outline): readonly Problem[] {
  const { repo, branch, images } = source;
  const problems: Problem[] = [];
  const attempt = <T>(text: Text | undefined, check: (value: string) => T): T | undefined => {
    if (text === undefined || text.value === "") return undefined;
    try {
      return check(text.value);
    } catch (error) {
      problems.push(...problemsOf(error, text));
      return undefined;
    }
  };

  // Whether a local repository exists is not asked here, so the project's own folder does not matter.
  attempt(repo, (value) => parseRepositoryUrl(value, source.local, "/"));
  attempt(branch, checkBranch);
  const root = source.path === undefined ? "." : attempt(source.path, (value) => joinInside(".", value));
  const from = root ?? ".";
  attempt(images, (value) => joinInside(".", value, from));
  for (const { sourcePath, files } of applications.values()) {
    const folder = attempt(sourcePath, (value) => joinInside(".", value, from));
    for (const file of files) attempt(file, (value) => joinSource(value, folder ?? from));
  }
  return problems;
}

function problemsOf(error: unknown, { path }: Text): readonly Problem[] {
  if (!(error instanceof DriftlessError)) throw error;
  return error.findings.map(({ code, message, fix }) => ({ code, message, fix, path }));
}
