import type { LoadedEnvironment } from "../environment/load.ts";
import { errorFinding, type Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";

/**
 * What is wrong with the image policies of an environment that its schema does not see: ranges and regular expressions that
 * are none. Commands that do not use policies do not load what reads them.
 */
export async function checkImagePolicies({ spec, locate }: LoadedEnvironment): Promise<readonly Finding[]> {
  const all = Object.entries(spec.applications).flatMap(([application, { images = {} }]) =>
    Object.entries(images).map(([name, policy]) => ({ path: ["applications", application, "images", name], policy })),
  );
  if (all.length === 0) return [];
  const { default: semver } = await import("semver");
  const { patternProblem } = await import("./pattern.ts");
  return all.flatMap(({ path, policy }): readonly Finding[] => {
    const problem = policy.tags === undefined ? undefined : patternProblem(policy.tags);
    return [
      ...(policy.semver === undefined || semver.validRange(policy.semver) !== null
        ? []
        : [
            errorFinding(
              "CONFIG_INVALID",
              `${quote(policy.semver)} is no range of versions.`,
              'Write it as npm does, such as ">=1.2 <2" or "^1.2".',
              locate([...path, "semver"]),
            ),
          ]),
      ...(problem === undefined
        ? []
        : [
            errorFinding(
              "CONFIG_INVALID",
              `${quote(policy.tags ?? "")} is no regular expression of RE2: ${problem}.`,
              "Correct it; RE2 has no look-around and no back-references.",
              locate([...path, "tags"]),
            ),
          ]),
    ];
  });
}
