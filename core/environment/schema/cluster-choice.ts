import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, text } from "./common.ts";

const labelValue = text(formats.labelValue);

/** Labels that clusters must have. */
export const clusterLabels = z.record(name, z.union([labelValue, distinct(labelValue, 1)]));

const match = z
  .strictObject({
    match: clusterLabels.describe(
      "Labels that a cluster must have: a value, or a list of which one must fit. No labels: any cluster.",
    ),
  })
  .describe("Clusters by their labels, as `clusters.<name>.labels` gives them.");

/** Clusters by their names, or by their labels. */
export const clusterNames = z.union([distinct(name, 1), match]);

/** The same, or a single name. */
export const clusterChoice = z.union([name, distinct(name, 1), match]);
