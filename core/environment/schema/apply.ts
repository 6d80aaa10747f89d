import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, text } from "./common.ts";

const kinds = distinct(text(formats.kind));

/** What happens when objects leave Git. */
export const prune = z
  .strictObject({
    enabled: z.boolean().default(true).describe("`false` leaves objects that leave Git on the cluster."),
    confirm: kinds
      .default(["PersistentVolumeClaim", "Namespace", "CustomResourceDefinition.apiextensions.k8s.io"])
      .describe('Kinds that are deleted only when somebody has confirmed it, as "Kind.group".'),
    propagation: z
      .enum(["foreground", "background", "orphan"])
      .default("foreground")
      .describe("What happens to what belongs to a deleted object, such as the pods of a Deployment."),
  })
  .prefault({})
  .describe("What happens when objects leave Git.");

/** What an update may do where applying an object is not enough. */
export const apply = z
  .strictObject({
    forceConflicts: z
      .boolean()
      .default(false)
      .describe("Takes fields that another manager holds with another value, instead of failing."),
    replace: kinds
      .default([])
      .describe('Kinds, as "Kind.group", that are deleted and created again where a field cannot be changed.'),
  })
  .prefault({})
  .describe("What an update may do where applying an object is not enough.");
