import { z } from "zod";
import { distinct } from "./common.ts";

/** The policy packs and their settings. */
export const policy = z
  .strictObject({
    packs: distinct(z.string().min(1), 1).default(["policies"]).describe("Policy packs, relative to the project."),
    config: z.record(z.string(), z.unknown()).default({}).describe("Settings per rule, passed to every pack."),
  })
  .meta({ title: "Policy", description: "The policy packs that every preview and update must pass." });
