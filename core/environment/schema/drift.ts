import { z } from "zod";
import { parseJqPath } from "../../drift/jq-path.ts";
import { covers, pointerPattern, type PathPattern } from "../../drift/path-pattern.ts";
import { managedBy, ownerAnnotations } from "../../plan/ownership.ts";
import { formats } from "../formats.ts";
import { distinct, duration, text } from "./common.ts";

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

const ignore = z
  .array(rule)
  .default([])
  .describe("Fields that something else sets: Git's value is used when an object is created, and not afterwards.");

const heal = z
  .enum(["auto", "report", "off"])
  .describe(
    "auto: `driftless drift --heal` puts back what has drifted. report: only `driftless up --heal` does. off: neither does.",
  );

const healLimit = z
  .strictObject({
    times: z.int().min(1).max(1000).default(3).describe("How often one object is healed in that time."),
    per: duration.default("1h").describe("The time that counts."),
  })
  .describe("What drifts again after being healed this often is fought over: it is reported, and left alone.");

/** What counts as drift in an environment, and what is done about it. */
export const drift = z
  .strictObject({ ignore, heal: heal.default("report"), healLimit: healLimit.prefault({}) })
  .prefault({})
  .describe("What counts as drift, what an update leaves alone, and what is put back by itself.");

/** The same for an application: what it leaves out is as in its environment. */
export const applicationDrift = z
  .strictObject({ ignore, heal: heal.optional(), healLimit: healLimit.optional() })
  .prefault({})
  .describe("What counts as drift, what an update leaves alone, and what is put back by itself.");
