import type { LoadedEnvironment } from "../environment/load.ts";
import type { Finding } from "../errors/finding.ts";
import { quote } from "../errors/quote.ts";
import { imageSubjects, type ImageSubjects } from "./subjects.ts";
import type { EnvironmentPlan } from "../plan/plan.ts";

/** Policies of images that nothing runs, as warnings. */
export function unusedPolicies(
  unused: ImageSubjects["unused"],
  { locate }: Pick<LoadedEnvironment, "locate">,
): readonly Finding[] {
  return unused.map(({ application, name }) => ({
    code: "IMAGE_UNUSED",
    severity: "warning",
    message: `Application ${quote(application)} has a policy for the image ${quote(name)}, and does not run it.`,
    place: locate(["applications", application, "images", name]),
    fix: "Remove it, or write its name as the containers have it, without a tag.",
  }));
}

/** The same for everything that an environment runs. */
export function unusedInPlan(environment: LoadedEnvironment, plan: EnvironmentPlan): readonly Finding[] {
  const { applications } = environment.spec;
  const policed = Object.keys(applications).filter((name) => applications[name]?.images !== undefined);
  if (policed.length === 0) return [];
  return unusedPolicies(imageSubjects(environment.spec, plan, new Set(policed)).unused, environment);
}
