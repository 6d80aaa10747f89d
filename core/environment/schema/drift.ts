import { z } from "zod";
import { parseJqPath } from "../../drift/jq-path.ts";
import { covers, pointerPattern, type PathPattern } from "../../drift/path-pattern.ts";
import { managedBy, ownerAnnotations } from "../../plan/ownership.ts";
import { formats } from "../formats.ts";
import { distinct, text } from "./common.ts";

/** Fields without which an object is not itself, or not ours. */
const never = [
  ["apiVersion"],
  ["kind"],
  ["metadata", "name"],
  ["metadata", "namespace"],
  ["metadata", "labels", managedBy.label],
  ["metadata", "annotations", ownerAnnotations.environment],
];

const longestPath = 1000;
const fix = "Name the label, the annotation or the field of `spec` that is meant.";

/** True if a pattern may mean a field that cannot be ignored; `/metadata/labels` means all labels, and ours with them. */
function isTooMuch({ parts, text: written }: PathPattern): boolean {
  const anywhere = { text: written, where: [], parts: parts.map((part) => ({ ...part, where: [] })) };
  return never.some((steps) => covers(anywhere, steps, []));
}

const tooMuch = "An object is found by this field, or known as ours; it cannot be ignored.";

const pointer = text(formats.pointer).refine((value) => !isTooMuch(pointerPattern(value)), {
  error: tooMuch,
  params: { fix },
});

const jqPath = z
  .string()
  .min(1)
  .max(longestPath)
  .check((context) => {
    const parsed = parseJqPath(context.value);
    if ("parts" in parsed && !isTooMuch(parsed)) return;
    const [message, params] =
      "parts" in parsed
        ? [tooMuch, { fix }]
        : [
            `The path is wrong at character ${parsed.character}: ${parsed.problem}.`,
            { fix: 'Write a path such as `.spec.template.spec.containers[] | select(.name == "web") | .image`.' },
          ];
    context.issues.push({ code: "custom", input: context.value, message, params });
  });

const rule = z
  .strictObject({
    kind: text(formats.kindPattern)
      .optional()
      .describe('Kind of the objects, as "Kind.group"; * stands for any text. Default: all.'),
    name: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe("Only objects of this name; * stands for any text. Default: all."),
    namespace: z
      .string()
      .regex(/^[a-z0-9*-]{1,63}$/)
      .optional()
      .describe("Only objects of this namespace; * stands for any text. Default: all."),
    paths: distinct(pointer, 1)
      .optional()
      .describe('JSON pointers, such as "/spec/replicas"; a part that is * is any key or item.'),
    jq: distinct(jqPath, 1)
      .optional()
      .describe('Paths in the language of jq, such as `.spec.containers[] | select(.name == "web") | .image`.'),
    managers: distinct(z.string().min(1).max(128), 1)
      .optional()
      .describe(
        "Field managers; * stands for any text. Alone: all that they hold. With paths: those fields, where they hold them.",
      ),
  })
  .check((context) => {
    const { paths, jq, managers } = context.value;
    if (paths !== undefined || jq !== undefined || managers !== undefined) return;
    const params = { fix: "Write `paths`, `jq` or `managers`." };
    context.issues.push({ code: "custom", input: context.value, message: "The rule ignores nothing.", params });
  });

/** What counts as drift. */
export const drift = z
  .strictObject({
    ignore: z
      .array(rule)
      .default([])
      .describe("Fields that something else sets: Git's value is used when an object is created, and not afterwards."),
  })
  .prefault({})
  .describe("What counts as drift, and what an update leaves alone.");
