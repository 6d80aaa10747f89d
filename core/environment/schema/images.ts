import { z } from "zod";
import { formats } from "../formats.ts";
import { text } from "./common.ts";

/** The ways to say which version is the newest one; exactly one of them. */
const choices = ["semver", "order", "follow"] as const;

/** Which versions of an image are taken. */
const imagePolicy = z
  .strictObject({
    semver: text(formats.versionRange)
      .optional()
      .describe(
        'The highest version in a range, such as ">=1.2 <2". Pre-releases only if the range names one, as ">=1.2.0-0 <2" does. ' +
          "Tags that are no semantic versions do not count.",
      ),
    order: z
      .enum(["numeric", "alphabetical", "newest"])
      .optional()
      .describe(
        "How tags that are no versions are compared: as numbers, as text, or by when the image was made (`newest`, which asks " +
          "the registry for each tag).",
      ),
    follow: text(formats.imageTag)
      .optional()
      .describe("A tag that moves, such as `stable`: it stays, and the digest that it leads to is written beside it."),
    tags: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe(
        "Regular expression (RE2) of the tags that count. Its group `version`, else its first group, else the whole tag is what is " +
          "compared. Default: all.",
      ),
    digest: z
      .boolean()
      .optional()
      .describe("Whether the digest is written beside the tag. Default: as it is; with `follow`, always."),
  })
  .check((context) => {
    const issue = (message: string, fix: string): void => {
      context.issues.push({ code: "custom", input: context.value, message, params: { fix } });
    };
    const chosen = choices.filter((choice) => context.value[choice] !== undefined);
    if (chosen.length !== 1) {
      const found = chosen.length === 0 ? "none of them" : `${chosen.length} of them`;
      issue(
        `A policy has exactly one of \`semver\`, \`order\` and \`follow\`; here ${chosen.length === 0 ? "is" : "are"} ${found}.`,
        'Write, say, `semver: ">=1.2 <2"`.',
      );
    }
    if (context.value.follow === undefined) return;
    if (context.value.tags !== undefined) issue("`follow` names one tag, so `tags` has no meaning.", "Remove `tags`.");
    if (context.value.digest === false)
      issue("`follow` moves the digest, and nothing else.", "Remove `digest: false`.");
  });

/** Which images of an application are kept up to date, and how. */
export const imagePolicies = z
  .record(text(formats.imageName), imagePolicy)
  .optional()
  .describe(
    "Images whose newer versions `driftless images` offers, by name, as its containers have it, without tag and digest.",
  );

const registry = z
  .strictObject({
    insecure: z
      .boolean()
      .optional()
      .describe("Whether it is asked by http. Default: only if it is on this machine (localhost, 127.0.0.1, [::1])."),
    user: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Name to log in with. Default: that of the Docker configuration."),
    password: text(formats.variable)
      .optional()
      .describe("Environment variable with the password or token. Default: what the Docker configuration has for it."),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    error: "`user` and `password` belong together.",
    params: { fix: "Write both, or neither." },
  })
  .describe("A registry.");

/** What `driftless images` may do, and how it gets to registries. */
export const imageUpdates = z
  .strictObject({
    direct: z
      .boolean()
      .default(false)
      .describe("Allows `driftless images --direct`: a commit on the branch itself, without a pull request."),
    registries: z
      .record(text(formats.registryHost), registry)
      .default({})
      .describe("Registries, by host as image names have it, that are not asked in the usual way."),
  })
  .optional()
  .describe("How newer versions of images get here, with `driftless images`.");
