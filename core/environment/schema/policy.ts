import { z } from "zod";
import { quote } from "../../errors/quote.ts";
import { formats } from "../formats.ts";
import { distinct, name, path, text } from "./common.ts";
import { policyException } from "./policy-exception.ts";

/** What any pack may be held to. */
const held = {
  version: text(formats.chartVersion).optional().describe("The version that the pack must have."),
  digest: text(formats.digest)
    .optional()
    .describe("What the files of the pack must be, as a plan names it: `sha256:` and 64 hex digits."),
};

const folder = z.string().min(1).max(1024);

const fromGit = z
  .strictObject({
    git: z.string().min(1).max(2048).describe("Repository of the pack: an https or ssh URL, without credentials."),
    revision: text(formats.revision).describe("Full id of the commit that is read."),
    path: path.default(".").describe("Folder of the pack inside the repository."),
    local: z.boolean().default(false).describe("Allows `git` to be a path on this machine, relative to the project."),
    ...held,
  })
  .describe("A pack in a Git repository.");

const fromNpm = z
  .strictObject({
    npm: text(formats.package).describe("Name of the package."),
    ...held,
    version: text(formats.chartVersion).describe("Its exact version."),
  })
  .describe("A pack that is an npm package.");

const fromFolder = z
  .strictObject({ path: folder.describe("Folder of the pack, relative to the project."), ...held })
  .describe("A pack in a folder of the project.");

/** The ways to say where a pack is, beside the plain name of a folder: the key that tells them apart, in this order. */
export const packKinds = ["git", "npm", "path"] as const;

// In the order of `packKinds`, after the plain text: `validate` finds the words for a mistake by it.
const pack = z.union([folder, fromGit, fromNpm, fromFolder]);

const packs = z
  .array(pack)
  .min(1)
  .check((context) => {
    const seen = new Set<string>();
    for (const [index, value] of context.value.entries()) {
      const name = folderOf(value);
      if (name === undefined) continue;
      if (seen.has(name)) {
        const message = `${quote(name)} stands in the list twice.`;
        context.issues.push({ code: "custom", input: value, path: [index], message, params: { fix: "Remove one." } });
      }
      seen.add(name);
    }
  });

/** The policy packs, their settings, and who need not follow them. */
export const policy = z
  .strictObject({
    preset: z
      .union([name, distinct(name)])
      .default([])
      .describe("Presets of the packs, levels and settings of many rules in one word; of a list, later ones win."),
    packs: packs
      .default(["policies"])
      .describe("Policy packs: folders relative to the project, commits of repositories, packages."),
    config: z
      .record(z.string(), z.unknown())
      .default({})
      .describe(
        "Level or settings per rule, over those of the presets, for every pack that has it; per `<pack>/<rule>` for one pack, " +
          "as `packs` names it.",
      ),
    exceptions: z
      .array(policyException)
      .default([])
      .describe("Objects that need not follow a rule, each until a day. The list replaces an inherited one."),
    waivable: distinct(text(formats.rule))
      .default([])
      .describe("Rules that the annotation driftless.dev/waive of an object may switch off for it."),
  })
  .meta({
    title: "Policy",
    description:
      "The policy packs that everything must pass before anything is touched. Maps of _base.yaml merge; lists replace.",
  });

/** Where a pack comes from, as a document says it. */
export type PackEntry = z.infer<typeof pack>;

function folderOf(entry: PackEntry): string | undefined {
  if (typeof entry === "string") return entry;
  return "git" in entry || "npm" in entry ? undefined : entry.path;
}
