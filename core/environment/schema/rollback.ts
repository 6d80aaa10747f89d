import { z } from "zod";

/** What happens when an application does not become healthy. */
export const applicationRollback = z
  .strictObject({
    onFailure: z
      .enum(["none", "auto"])
      .default("none")
      .describe("`auto`: an update that leaves it unhealthy takes it back to its last good version. `none`: it stays."),
    limit: z
      .int()
      .min(1)
      .max(10)
      .default(1)
      .describe("How often it goes back by itself before somebody brings in an update that is healthy."),
  })
  .prefault({})
  .describe("What happens when it does not become healthy.");
