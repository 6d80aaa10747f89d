import { z } from "zod";
import { isDigest, parseImageReference } from "../../core/manifest/image-reference.ts";
import { imagesOf } from "../images.ts";
import { objectRule } from "../rule.ts";

export const imageTagRequired = objectRule({
  name: "image-tag-required",
  description: "Every container names the version of its image.",
  remediation: "Give the image a tag or a digest, in the manifest or in the environment's images file.",
  severity: "high",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
  settings: z.strictObject({
    forbiddenTags: z.array(z.string()).default(["latest"]).describe("Tags that name no version."),
  }),
  check: ({ object }, { forbiddenTags }) =>
    imagesOf(object).flatMap(({ use, user, image, path }) => {
      if (image === "") return [{ message: `${user} names no image`, path }];
      const { tag = "", digest } = parseImageReference(image);
      if (isDigest(digest)) return [];
      if (tag === "") return [{ message: `${use}, which has no tag`, path }];
      return forbiddenTags.includes(tag) ? [{ message: `${use}, whose tag can move`, path }] : [];
    }),
});
