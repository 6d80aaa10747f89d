import { z } from "zod";
import { durationSeconds } from "../duration.ts";
import { formats } from "../formats.ts";
import { distinct, name, text } from "./common.ts";

/** What must be so before a promotion. */
const requirement = z.enum(["healthy", "in-sync", "policy"]);

/** How changes get here from another environment. */
export const promotion = z
  .strictObject({
    from: name.describe("The environment that comes before this one; nothing is promoted here from any other."),
    soak: text(formats.duration)
      .refine((value) => durationSeconds(value) <= 31 * 24 * 3600, {
        error: "The soak time must be at most 31 days (744h).",
        params: { fix: 'Write, say, "24h".' },
      })
      .default("0s")
      .describe("How long it must have run there without another change."),
    requires: z
      .array(requirement)
      .default(["healthy"])
      .describe(
        "What must be so: `healthy`: what runs there is; `in-sync`: nothing has drifted there; `policy`: the " +
          "result breaks no mandatory rule here.",
      ),
    together: z.array(distinct(name, 2)).default([]).describe("Applications that are only promoted together."),
    direct: z
      .boolean()
      .default(false)
      .describe("Allows `driftless promote --direct`: a commit on the branch itself, without a pull request."),
  })
  .optional()
  .describe("How changes get here from another environment, with `driftless promote`.");
