import type { EnvironmentSpec, ImagePolicy } from "../environment/spec.ts";
import { imagesOf } from "../history/images.ts";
import { formatImageReference, parseImageReference, type ImageReference } from "../manifest/image-reference.ts";
import type { EnvironmentPlan } from "../plan/plan.ts";

/** An image of an application that a policy keeps up to date. */
export interface ImageSubject {
  readonly application: string;
  readonly policy: ImagePolicy;
  /** As the application runs it. */
  readonly present: ImageReference;
}

/** What the policies of some applications are about. */
export interface ImageSubjects {
  readonly subjects: readonly ImageSubject[];
  /** Policies of images that their application does not run. */
  readonly unused: readonly { readonly application: string; readonly name: string }[];
  /** Images without a policy, each once. */
  readonly others: readonly string[];
}

/** Brings together the policies of applications and the images that they run. */
export function imageSubjects(
  { applications }: Pick<EnvironmentSpec, "applications">,
  plan: Pick<EnvironmentPlan, "applications">,
  selected: ReadonlySet<string>,
): ImageSubjects {
  const subjects: ImageSubject[] = [];
  const unused: { application: string; name: string }[] = [];
  const others = new Set<string>();
  for (const each of plan.applications) {
    const { name: application } = each;
    if (!selected.has(application)) continue;
    const policies = new Map(Object.entries(applications[application]?.images ?? {}));
    const used = imagesOf(each).map(parseImageReference);
    for (const present of used) {
      const policy = policies.get(present.name);
      if (policy === undefined) others.add(formatImageReference(present));
      else subjects.push({ application, policy, present });
    }
    const names = new Set(used.map(({ name }) => name));
    unused.push(...[...policies.keys()].filter((name) => !names.has(name)).map((name) => ({ application, name })));
  }
  return { subjects, unused, others: [...others] };
}

/** A policy in a few words: `semver >=1.2 <2`. */
export function policyText({ semver, order, follow, tags }: ImagePolicy): string {
  const what = semver !== undefined ? `semver ${semver}` : follow !== undefined ? `follow ${follow}` : (order ?? "");
  return tags === undefined ? what : `${what}, tags ${tags}`;
}
