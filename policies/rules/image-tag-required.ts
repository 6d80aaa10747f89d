import { z } from "zod";
import { parseImageReference } from "../../core/manifest/image-reference.ts";
import { containersOf } from "../containers.ts";
import { defineRule } from "../rule.ts";

const digestForm = /^[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-f]{32,}$/;

export const imageTagRequired = defineRule({
  name: "image-tag-required",
  description: "Every container names the version of its image.",
  remediation: "Give the image a tag or a digest, in the manifest or in the environment's images file.",
  config: z.strictObject({
    forbiddenTags: z.array(z.string()).default(["latest"]).describe("Tags that name no version."),
  }),
  check: (object, { forbiddenTags }) =>
    containersOf(object).flatMap(({ label, spec }) => {
      const image = spec["image"];
      if (typeof image !== "string" || image === "") return [`${label} names no image`];
      const { tag = "", digest } = parseImageReference(image);
      if (digest !== undefined && digestForm.test(digest)) return [];
      if (tag === "") return [`${label} runs ${JSON.stringify(image)}, which has no tag`];
      return forbiddenTags.includes(tag) ? [`${label} runs ${JSON.stringify(image)}, whose tag can move`] : [];
    }),
});
