import { z } from "zod";
import { formats } from "../formats.ts";
import { path, text } from "./common.ts";

/** Where the manifests come from. */
export const source = z
  .strictObject({
    repo: z
      .string()
      .min(1)
      .max(2048)
      .describe("The config repository: an https or ssh URL, without credentials; a path only with `local: true`."),
    branch: z.string().min(1).max(250).default("main").describe("What `driftless pin` resolves. No run ever reads it."),
    revision: text(formats.revision).describe("The pin: full id of the only commit that a run reads."),
    path: path.default(".").describe("Root of this environment inside the repository."),
    images: path.optional().describe("File with the image tags of this environment, relative to `path`."),
    remoteBases: z
      .array(
        z.strictObject({
          repo: z.string().min(1).max(2048).describe("The repository: an https or ssh URL, without credentials."),
          revision: text(formats.revision).describe(
            "Full id of the commit that is read, and that the reference names.",
          ),
        }),
      )
      .default([])
      .describe("Other repositories that kustomizations may name, each at one commit. Default: none."),
    local: z.boolean().default(false).describe("Allows `repo` to be a path on this machine, relative to the project."),
  })
  .meta({ title: "Source", description: "Where the manifests come from, and at which commit." });
