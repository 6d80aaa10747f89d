import { z } from "zod";
import { parseImageReference } from "../../core/manifest/image-reference.ts";
import { containersOf } from "../pods.ts";
import { objectRule } from "../rule.ts";

const digestForm = /^[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-f]{32,}$/;

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
    containersOf(object).flatMap(({ label, spec, path }) => {
      const image = spec["image"];
      if (typeof image !== "string" || image === "") return [{ message: `${label} names no image`, path }];
      const { tag = "", digest } = parseImageReference(image);
      if (digest !== undefined && digestForm.test(digest)) return [];
      const found = { message: `${label} runs ${JSON.stringify(image)}`, path: [...path, "image"] };
      if (tag === "") return [{ ...found, message: `${found.message}, which has no tag` }];
      return forbiddenTags.includes(tag) ? [{ ...found, message: `${found.message}, whose tag can move` }] : [];
    }),
});
