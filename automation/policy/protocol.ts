import { z } from "zod";
import type { JsonObject } from "../../core/manifest/manifest.ts";

/*
 * What a pack's process reads from standard input and writes to file descriptor 3, one JSON document a line.
 */

/** The first line that the process reads. */
export interface OpenRequest {
  /** URL of the pack's entry file. */
  readonly entry: string;
  /** Absolute path of a folder for compiled code. */
  readonly compileCache: string;
}

/** A rule that is asked, by its position in the pack. */
export interface AskedRule {
  readonly index: number;
  readonly settings: JsonObject;
}

/** Every further line. */
export interface CheckRequest {
  readonly resources: readonly {
    readonly type: string;
    readonly name: string;
    readonly urn: string;
    readonly props: JsonObject;
    readonly parent?: string;
  }[];
  /** `remediate` changes resources; the others judge them. */
  readonly work: "remediate" | "resources" | "stack";
  readonly rules: readonly AskedRule[];
}

const level = z.enum(["advisory", "mandatory", "remediate", "disabled"]);
const schemas = z.record(
  z.string(),
  z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
);

/** A pack as it describes itself. */
export const description = z.object({
  name: z.string().regex(/^[\w.-]{1,100}$/),
  version: z.string(),
  level: level.catch("advisory"),
  /** Settings that the pack itself starts with. */
  initial: z.record(z.string(), z.unknown()).default({}),
  rules: z.array(
    z.object({
      name: z.string().min(1),
      description: z.string().default(""),
      level: level.optional(),
      severity: z.string().optional(),
      remediation: z.string().optional(),
      url: z.string().optional(),
      // What only our own packs say.
      scope: z.string().optional().catch(undefined),
      links: z.array(z.string()).optional().catch(undefined),
      properties: schemas.optional(),
      required: z.array(z.string()).default([]),
      resource: z.boolean(),
      stack: z.boolean(),
      remediates: z.boolean(),
    }),
  ),
});

const reported = z.object({
  rule: z.number(),
  message: z.string(),
  urn: z.string(),
  level: level.optional(),
  severity: z.string().optional(),
});

/** A line that the process writes. */
export const answer = z.union([
  z.object({ opened: description }),
  /** It begins with a rule: whoever waits knows which one hangs. */
  z.object({ at: z.number() }),
  z.object({
    done: z.object({
      violations: z.array(reported),
      /** Resources that changed, by position, with the rule that changed them. */
      changed: z.array(z.object({ rule: z.number(), resource: z.number(), props: z.custom<JsonObject>() })),
    }),
  }),
  z.object({
    failed: z.object({
      /** Name of the error, and what it says. */
      message: z.string(),
      /** `<file>:<line>` of a file that cannot be read as code. */
      place: z.string().optional(),
      rule: z.number().optional(),
      urn: z.string().optional(),
    }),
  }),
]);

/** See `description`. */
export type Description = z.infer<typeof description>;
/** See `answer`. */
export type Answer = z.infer<typeof answer>;
/** What a rule wrote about a resource. */
export type Reported = z.infer<typeof reported>;
