import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, text } from "./common.ts";

const kinds = distinct(text(formats.kind));

/** Fields without which an object is not itself, or not ours. */
const never = /^\/(apiVersion|kind|metadata(\/(name|namespace|labels|annotations))?)$/;

const pointer = text(formats.pointer).refine((value) => !never.test(value), {
  error: "An object is found by this field, or known as ours; it cannot be ignored.",
  params: { fix: "Name the label, the annotation or the field of `spec` that is meant." },
});

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

/** What counts as drift. */
export const drift = z
  .strictObject({
    ignore: z
      .array(
        z.strictObject({
          kind: text(formats.kind).describe('Kind of the objects, as "Kind.group".'),
          name: z.string().min(1).max(253).optional().describe("Only the object of this name. Default: all."),
          namespace: name.optional().describe("Only objects of this namespace. Default: all."),
          paths: distinct(pointer, 1).describe('JSON pointers, such as "/spec/replicas".'),
        }),
      )
      .default([])
      .describe("Fields that something else sets: Git's value is used when an object is created, and not afterwards."),
  })
  .prefault({})
  .describe("What counts as drift, and what an update leaves alone.");
