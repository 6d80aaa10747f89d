import { replaceImages } from "../manifest/replace-images.ts";
import type { ApplicationPlan } from "../plan/plan.ts";

/** Images that the objects and hooks of an application run, as they are written, sorted; each once. */
export function imagesOf({ objects, hooks }: Pick<ApplicationPlan, "objects" | "hooks">): readonly string[] {
  const found = new Set<string>();
  for (const { object } of [...objects, ...hooks]) {
    replaceImages(object, (image) => {
      found.add(image);
      return image;
    });
  }
  return [...found].sort();
}
