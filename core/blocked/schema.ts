import { z } from "zod";
import { formats } from "../environment/formats.ts";
import { distinct, name, text } from "../environment/schema/common.ts";

const sentence = z.string().min(1).max(1000);
const time = z.iso.datetime();

const decision = {
  reason: sentence.describe("Why."),
  by: sentence.describe("Who decided."),
  at: time.describe("When: ISO 8601, UTC."),
};

const unblocked = z
  .array(z.strictObject({ environment: name.describe("Where it is let back."), ...decision }))
  .optional()
  .describe("Where it was let back, and why. An entry is never removed: it is the record.");

const scope = {
  environments: distinct(name, 1).optional().describe("Environments that it is kept out of. Default: all."),
  ...decision,
  unblocked,
};

/** A commit that was blocked, with what it made of applications. */
export const blockedRevision = z.strictObject({
  revision: text(formats.revision).describe("Full id of a commit of the config repository."),
  contents: z
    .record(name, z.record(name, text(formats.digest)))
    .optional()
    .describe(
      "By environment and application, the digest of what that commit made of the application. Another commit that makes the same of it is kept out too.",
    ),
  ...scope,
});

const blockedImage = z.strictObject({
  image: z
    .string()
    .min(1)
    .max(500)
    .describe('An image with its tag or digest, as in "registry.example.com/shop/web:1.5.0".'),
  ...scope,
});

/** A commit that was blocked. */
export type BlockedRevision = z.infer<typeof blockedRevision>;

/** A revision or an image that was blocked. */
export type BlockedEntry = z.infer<typeof blockedRevision> | z.infer<typeof blockedImage>;

/** `environments/_blocked.yaml`: what is kept out until somebody lets it back. Reviewed like code. */
export const blockListSchema = z.strictObject({
  apiVersion: z.literal("driftless.dev/v1alpha1"),
  kind: z.literal("BlockList"),
  blocked: z.array(z.union([blockedRevision, blockedImage])),
});
