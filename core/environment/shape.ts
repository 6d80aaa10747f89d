import { z } from "zod";
import type { Path } from "./node.ts";

/** The part of a schema that describes what is at a path; undefined where the schema says nothing about it. */
export function schemaAt(schema: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, step) => childOf(unwrap(part), step), schema);
}

/** The keys that an object at a path may have. Empty where any key is allowed, or none. */
export function keysAt(schema: unknown, path: Path): readonly string[] {
  const part = unwrap(schemaAt(schema, path));
  if (part instanceof z.ZodObject) return Object.keys(part.shape);
  if (part instanceof z.ZodUnion) return part.options.flatMap((option) => keysAt(option, []));
  return [];
}

/** What the schema says that a path is for. */
export function descriptionAt(schema: unknown, path: Path): string | undefined {
  const part = schemaAt(schema, path);
  return describe(part) ?? describe(unwrap(part));
}

function describe(part: unknown): string | undefined {
  return part instanceof z.ZodType ? part.description : undefined;
}

function childOf(part: unknown, step: string | number): unknown {
  if (part instanceof z.ZodObject) return Object.hasOwn(part.shape, step) ? part.shape[step] : undefined;
  if (part instanceof z.ZodRecord) return part.valueType;
  if (part instanceof z.ZodArray) return part.element;
  if (part instanceof z.ZodUnion) return part.options.map((option) => childOf(unwrap(option), step)).find(Boolean);
  return undefined;
}

function unwrap(part: unknown): unknown {
  const wraps = part instanceof z.ZodDefault || part instanceof z.ZodPrefault || part instanceof z.ZodOptional;
  return wraps ? unwrap(part.unwrap()) : part;
}
