import { z } from "zod";
import { formats } from "../formats.ts";
import { clusterLabels } from "./cluster-choice.ts";
import { distinct, path, text } from "./common.ts";

/** Folders of the source. */
const pattern = path.refine((value) => value.split("/").every((segment) => segment.split("*").length <= 2), {
  error: "A segment of the path has more than one `*`.",
  params: { fix: "Write one `*` a segment at most; `**` does not exist: write a segment for each level." },
});

/** The ways to say what a set makes applications of. */
const generatorNames = ["list", "folders", "clusters"] as const;

const generators = z
  .strictObject({
    list: z
      .array(z.record(text(formats.field), z.unknown()))
      .optional()
      .describe("One for each item; its values are `{{ item.<name> }}`."),
    folders: z
      .strictObject({
        path: pattern.describe(
          "Folders, relative to `source.path`. A segment may hold one `*`: any text in it, but no leading dot.",
        ),
        exclude: distinct(pattern).default([]).describe("Folders to leave out, written in the same way."),
      })
      .optional()
      .describe(
        "One for each folder at the pin: `{{ folder.path }}`, `{{ folder.name }}` (its last segment), `{{ folder.segments.0 }}`.",
      ),
    clusters: z
      .strictObject({
        match: clusterLabels
          .default({})
          .describe(
            "Labels that a cluster must have: a value, or a list of which one must fit. Default: all clusters.",
          ),
      })
      .optional()
      .describe("One for each cluster of the environment: `{{ cluster.name }}`, `{{ cluster.labels.<label> }}`."),
  })
  .check((context) => {
    if (generatorNames.some((generator) => context.value[generator] !== undefined)) return;
    const fix = "Write `list`, `folders`, `clusters` or several of them.";
    context.issues.push({
      code: "custom",
      input: context.value,
      message: "The set has nothing to make applications of.",
      params: { fix },
    });
  })
  .describe(
    "What applications are made of. Several are multiplied: folders and clusters give each folder on each cluster.",
  );

// Everything but the name is checked as an application once placeholders are replaced.
/** An application with placeholders. */
export const template = z
  .looseObject({ name: z.string().min(1).describe("Name of each application; placeholders keep it unique.") })
  .describe("An application in which values may hold placeholders such as `{{ cluster.name }}`, and its `name`.");

/** Applications that are made from a template. */
export const applicationSet = z
  .strictObject({
    from: generators,
    template,
    allowEmpty: z.boolean().default(false).describe("Allows the set to make no applications. Default: an error."),
  })
  .meta({ title: "ApplicationSet", description: "Applications that are made from one template." });
