import { z } from "zod";
import { isJsonObject, isList, plainJson } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { environmentBaseSchema, environmentSchema } from "./schema/index.ts";

/** A JSON schema. */
export type JsonSchema = JsonObject;

/**
 * The JSON schema (draft 2020-12) of what a person writes into a file that a zod schema checks:
 * what has a default is optional.
 */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return plainJson(z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" }));
}

/** Of `environments/<name>.yaml`. Whatever can be inherited is optional, and `null` removes what is inherited. */
export function environmentJsonSchema(): JsonSchema {
  const schema = toJsonSchema(environmentSchema);
  return withHead(mapProperties(schema, nullable), schema, ["apiVersion", "kind", "metadata"]);
}

/** Of `environments/_base.yaml`. */
export function environmentBaseJsonSchema(): JsonSchema {
  const schema = toJsonSchema(environmentBaseSchema);
  return withHead(
    mapProperties(schema, (property) => property),
    schema,
    ["apiVersion", "kind"],
  );
}

/** The text of a generated file. */
export function formatJsonSchema(schema: JsonSchema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** What a document says about itself is required and never null. */
function withHead(changed: JsonSchema, original: JsonSchema, required: readonly string[]): JsonSchema {
  const from = isJsonObject(original["properties"]) ? original["properties"] : {};
  const to = isJsonObject(changed["properties"]) ? changed["properties"] : {};
  const head = Object.fromEntries(Object.entries(from).filter(([key]) => required.includes(key)));
  return { ...changed, required, properties: { ...to, ...head } };
}

/** Makes every property optional, at every depth, and changes it. */
function mapProperties(schema: JsonSchema, change: (property: JsonSchema) => JsonSchema): JsonSchema {
  const below = (value: Json) => (isJsonObject(value) ? change(mapProperties(value, change)) : value);
  const result: Record<string, Json> = { ...schema };
  delete result["required"];
  const { properties, additionalProperties, anyOf } = schema;
  if (isJsonObject(properties)) {
    result["properties"] = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, below(value)]));
  }
  if (isJsonObject(additionalProperties)) result["additionalProperties"] = below(additionalProperties);
  if (isList(anyOf)) {
    result["anyOf"] = anyOf.map((choice) => (isJsonObject(choice) ? mapProperties(choice, change) : choice));
  }
  return result;
}

function nullable(schema: JsonSchema): JsonSchema {
  const { type, anyOf } = schema;
  const values = schema["enum"];
  if (isList(anyOf)) return { ...schema, anyOf: [...anyOf, { type: "null" }] };
  if (typeof type !== "string") return schema;
  const result = { ...schema, type: [type, "null"] };
  return isList(values) ? { ...result, enum: [...values, null] } : result;
}
