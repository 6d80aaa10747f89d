import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import { taggableTypes } from "../aws/taggable.ts";
import { cloudRule } from "../rule.ts";

export const awsTagsRequired = cloudRule({
  name: "aws-tags-required",
  description: "AWS resources carry the tags by which people find out whose they are.",
  remediation: "Set the tags, on the resource or as defaultTags of the provider.",
  severity: "low",
  level: "mandatory",
  links: ["https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"],
  types: taggableTypes,
  settings: z.strictObject({
    tags: z.array(z.string()).default([]).describe("Tags that every resource carries, with a value. Default: none."),
  }),
  check: ({ object }, { tags }) => {
    const found = { ...record(object["tagsAll"]), ...record(object["tags"]) };
    const missing = tags.filter((tag) => !Object.hasOwn(found, tag) || found[tag] === "");
    return missing.map((tag) => ({ message: `the tag ${JSON.stringify(tag)} is missing`, path: ["tags"] }));
  },
});
