import { failure } from "../errors/error.ts";
import { imagesOf } from "../history/images.ts";
import { formatImageReference, parseImageReference, type ImageReference } from "../manifest/image-reference.ts";
import type { EnvironmentPlan } from "../plan/plan.ts";

/** Images that the applications of an environment run, as they are written. */
export type RunningImages = Readonly<Record<string, readonly string[]>>;

/** An image of an application that is to be another version of itself. */
export interface WantedImage {
  readonly application: string;
  readonly old: ImageReference;
  readonly now: ImageReference;
}

/**
 * The images of applications that are not what runs elsewhere: of the same name there, with another tag or digest. What
 * only one of the two has stays as it is.
 * @throws PROMOTION_REFUSED where the same image runs there in several versions, so that nobody can tell which one is meant.
 */
export function wantedImages(
  running: RunningImages,
  { applications }: Pick<EnvironmentPlan, "applications">,
  selected: ReadonlySet<string>,
): readonly WantedImage[] {
  return applications
    .filter(({ name }) => selected.has(name))
    .flatMap((application): readonly WantedImage[] => {
      const versions = Map.groupBy((running[application.name] ?? []).map(parseImageReference), ({ name }) => name);
      return imagesOf(application).flatMap((image): readonly WantedImage[] => {
        const old = parseImageReference(image);
        const [now, other] = versions.get(old.name) ?? [];
        if (now === undefined || formatImageReference(now) === image) return [];
        if (other === undefined) return [{ application: application.name, old, now }];
        if (versions.get(old.name)?.some((each) => formatImageReference(each) === image) === true) return [];
        const both = [now, other].map(formatImageReference).join(" and ");
        throw failure(
          "PROMOTION_REFUSED",
          `${application.name} runs ${both}, so nobody can tell which of them ${image} is to become.`,
          "Change the image by hand.",
        );
      });
    });
}

/** Text of an image that changes: `registry.example.com/web: 1.0 → 1.1`. */
export function wantedText({ old, now }: WantedImage): string {
  const version = ({ tag, digest }: ImageReference): string =>
    [tag, digest?.slice(0, 19)].filter((part) => part !== undefined).join("@") || "no tag";
  return `${old.name}: ${version(old)} → ${version(now)}`;
}
