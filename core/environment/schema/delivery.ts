import { z } from "zod";

/** How an update goes about its work. */
export const delivery = z
  .strictObject({
    continueOnError: z
      .boolean()
      .default(true)
      .describe("Goes on with what does not depend on what failed; `false` stops the whole update there."),
  })
  .prefault({})
  .describe("How an update goes about its work.");
