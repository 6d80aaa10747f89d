import { z } from "zod";
import { formats } from "../formats.ts";
import { text } from "./common.ts";

const limit = z.union([z.int().min(0).max(1_000_000), text(formats.percentage)]);

const count = 'A count, or a percentage of what was there, rounded up and, but for "0%", never less than 3.';

/** How much one run may delete. */
export const safety = z
  .strictObject({
    maxDeletions: limit
      .default("10%")
      .describe(`How many objects one update may delete without \`--allow-deletions\`. ${count}`),
  })
  .prefault({})
  .describe("How much one run may delete.");

/** How much of one application one run may delete. */
export const applicationSafety = z
  .strictObject({
    maxDeletions: limit
      .default("50%")
      .describe(`How many of its objects one update may delete without \`--allow-deletions\`. ${count}`),
  })
  .prefault({})
  .describe("How much of it one run may delete; the environment's own limit holds too.");
