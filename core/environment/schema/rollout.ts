import { z } from "zod";
import { formats } from "../formats.ts";
import { clusterChoice } from "./cluster-choice.ts";
import { duration, text } from "./common.ts";

const mostSteps = 100;

const share = text(formats.percentage).refine((value) => value !== "0%", {
  error: "At least one cluster has to be worked on at a time.",
  params: { fix: 'Write a count from 1, or a percentage such as "25%".' },
});

const step = z.strictObject({
  clusters: clusterChoice.describe(
    "Clusters of the step: a name, a list of names, or `match`. One that an earlier step has is not in it again.",
  ),
  maxUnavailable: z
    .union([z.int().min(1).max(1_000), share])
    .optional()
    .describe(
      "How many of its clusters are worked on at once: a count, or a percentage, rounded down and never less than 1. Default: all.",
    ),
  pause: duration
    .optional()
    .describe("How long everything must stay healthy before the next step begins. Default: it begins at once."),
});

/** The steps in which clusters are updated, one after the other. */
export const rollout = z.array(step).max(mostSteps);
