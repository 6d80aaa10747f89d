import { z } from "zod";
import { windowProblem } from "../../freeze/window.ts";
import { durationSeconds } from "../duration.ts";
import { formats } from "../formats.ts";
import { text } from "./common.ts";

const limit = z.union([z.int().min(0).max(1_000_000), text(formats.percentage)]);

const count = 'A count, or a percentage of what was there, rounded up and, but for "0%", never less than 3.';

const longestFreezeHours = 31 * 24;

const freezeWindow = z
  .strictObject({
    cron: z
      .string()
      .max(200)
      .describe('When it begins: minute, hour, day of the month, month, weekday, as in "0 18 * * FRI".'),
    duration: text(formats.duration)
      .refine((value) => durationSeconds(value) > 0 && durationSeconds(value) <= longestFreezeHours * 3600, {
        error: `The duration must be longer than nothing and at most ${longestFreezeHours}h.`,
        params: { fix: 'Write, say, "62h".' },
      })
      .describe('How long it lasts, in hours that pass: "62h", "1h30m".'),
    timezone: z.string().max(100).default("UTC").describe('Time zone of `cron`, such as "Europe/Berlin".'),
    action: z
      .enum(["deny", "allow"])
      .default("deny")
      .describe("`deny`: nothing changes inside of it. `allow`: nothing changes outside of all windows that allow."),
  })
  .check((context) => {
    const problem = windowProblem(context.value);
    if (problem === undefined || problem.field === "duration") return;
    const { field, message } = problem;
    const fix =
      field === "cron"
        ? 'Write five fields: minute, hour, day of the month, month, weekday, as in "0 18 * * FRI".'
        : 'Write a name of the IANA time zone database, such as "Europe/Berlin".';
    context.issues.push({ code: "custom", input: context.value, path: [field], message, params: { fix } });
  });

const freezeWindows = (meaning: string) => z.array(freezeWindow).default([]).describe(meaning);

/** How much one run may delete, and when nothing may run. */
export const safety = z
  .strictObject({
    maxDeletions: limit
      .default("10%")
      .describe(
        `How many objects, and parts of clusters at AWS, one update may delete without \`--allow-deletions\`. ${count}`,
      ),
    freeze: freezeWindows(
      "When the policy `freeze-windows` lets nothing change. A window that denies wins over one that allows.",
    ),
  })
  .prefault({})
  .describe("How much one run may delete, and when nothing may change.");

/** How much of one application one run may delete, and when nothing of it may change. */
export const applicationSafety = z
  .strictObject({
    maxDeletions: limit
      .default("50%")
      .describe(`How many of its objects one update may delete without \`--allow-deletions\`. ${count}`),
    freeze: freezeWindows("When nothing of it may change. The windows of its tenant and of the environment hold too."),
  })
  .prefault({})
  .describe("How much of it one run may delete, and when; the environment's own limits hold too.");

/** When nothing of one tenant may change. */
export const tenantSafety = z
  .strictObject({
    freeze: freezeWindows(
      "When nothing of the tenant may change, its applications included. The environment's windows hold too.",
    ),
  })
  .prefault({})
  .describe("When nothing of the tenant may change.");
