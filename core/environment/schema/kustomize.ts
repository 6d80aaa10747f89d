import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, sourcePath, text } from "./common.ts";

const target = z
  .strictObject({
    group: z.string().optional().describe("API group."),
    version: z.string().optional().describe("API version."),
    kind: z.string().optional().describe("Kind."),
    name: z.string().optional().describe("Name, as a regular expression."),
    namespace: z.string().optional().describe("Namespace, as a regular expression."),
    labelSelector: z.string().optional().describe("Label selector."),
    annotationSelector: z.string().optional().describe("Annotation selector."),
  })
  .describe("The objects that are patched. Default: those that the patch names.");

const patch = z
  .strictObject({
    path: sourcePath.optional().describe("File with the patch."),
    patch: z.string().min(1).optional().describe("The patch itself: a strategic merge patch or a JSON patch, as text."),
    target: target.optional(),
    options: z
      .strictObject({
        allowNameChange: z.boolean().optional().describe("Lets the patch change names."),
        allowKindChange: z.boolean().optional().describe("Lets the patch change kinds."),
      })
      .optional()
      .describe("What the patch may do."),
  })
  .check((context) => {
    const { path, patch } = context.value;
    if ((path === undefined) !== (patch === undefined)) return;
    const params = { fix: "Give one of the two." };
    const message = "A patch has exactly one of `path` and `patch`.";
    context.issues.push({ code: "custom", input: context.value, message, params });
  });

/** What is laid over the kustomization of an application. */
export const kustomize = z
  .strictObject({
    components: distinct(sourcePath)
      .default([])
      .describe(
        "Folders of Kustomize components, relative to the application's path, or to the root of the source with a slash in front.",
      ),
    namespace: name.optional().describe("Namespace of every namespaced object."),
    namePrefix: text(formats.namePart).optional().describe("Put before every name."),
    nameSuffix: text(formats.namePart).optional().describe("Put behind every name."),
    labels: z
      .record(z.string(), z.string())
      .default({})
      .describe("Labels of every object; selectors stay as they are."),
    annotations: z.record(z.string(), z.string()).default({}).describe("Annotations of every object."),
    patches: z.array(patch).default([]).describe("Patches, in order."),
    replicas: z
      .record(z.string(), z.int().min(0).max(100_000))
      .default({})
      .describe("Number of replicas of workloads, by their names in the source."),
  })
  .describe("Only for a path with a kustomization: what is laid over it.");
