import { z } from "zod";
import { isJsonObject, isList, plainJson, record } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import { environmentBaseSchema, environmentSchema } from "./schema/index.ts";

/** A JSON schema. */
export type JsonSchema = JsonObject;

/**
 * The JSON schema (draft 2020-12) of what a person writes into a file that a zod schema checks:
 * what has a default is optional.
 */
function toJsonSchema(schema: z.ZodType): JsonSchema {
  return plainJson(z.toJSONSchema(schema, { target: "draft-2020-12", io: "input" }));
}

/** Of `environments/<name>.yaml`. Whatever can be inherited is optional, and `null` removes what is inherited. */
export function environmentJsonSchema(): JsonSchema {
  const schema = withTemplates(toJsonSchema(environmentSchema));
  return withHead(mapProperties(schema, nullable), schema, ["apiVersion", "kind", "metadata"]);
}

/** Of `environments/_base.yaml`. */
export function environmentBaseJsonSchema(): JsonSchema {
  const schema = withTemplates(toJsonSchema(environmentBaseSchema));
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

/** Says of the template of an application set what an application may hold, each value or a text with placeholders. */
function withTemplates(schema: JsonSchema): JsonSchema {
  const application = schemaAt(schema, ["properties", "applications", "additionalProperties"]);
  const path = ["properties", "applicationSets", "additionalProperties", "properties", "template"];
  const template = schemaAt(schema, path);
  const properties = {
    ...schemaAt(template, ["properties"]),
    ...schemaAt(allowPlaceholders(application), ["properties"]),
  };
  return replaceAt(schema, path, { ...template, properties, additionalProperties: false });
}

function schemaAt(schema: JsonSchema, path: readonly string[]): JsonSchema {
  return path.reduce((part, key) => record(part[key]), schema);
}

function replaceAt(schema: JsonSchema, [key, ...rest]: readonly string[], value: JsonSchema): JsonSchema {
  return key === undefined ? value : { ...schema, [key]: replaceAt(record(schema[key]), rest, value) };
}

/** A schema whose every value may be a text with a placeholder instead. */
function allowPlaceholders(schema: JsonSchema): JsonSchema {
  const allow = (value: Json): Json => {
    if (!isJsonObject(value)) return value;
    const { description, title } = value;
    const about = { ...(title === undefined ? {} : { title }), ...(description === undefined ? {} : { description }) };
    return { ...about, anyOf: [allowPlaceholders(value), { type: "string", pattern: "\\{\\{" }] };
  };
  const result: Record<string, Json> = { ...schema };
  delete result["required"];
  const { properties, additionalProperties, items } = schema;
  if (isJsonObject(properties)) {
    result["properties"] = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, allow(value)]));
  }
  if (isJsonObject(additionalProperties)) result["additionalProperties"] = allow(additionalProperties);
  if (isJsonObject(items)) result["items"] = allow(items);
  return result;
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
