import type { Json, JsonObject } from "../manifest/manifest.ts";
import { isJsonObject, isList, record } from "../manifest/json.ts";

/** Fields of every object that is one by itself. */
const own = ["apiVersion", "kind", "metadata"] as const;

/**
 * A structural schema as JSON Schema has it, which refuses what an API server refuses in strict validation: a field that
 * the schema does not name is a mistake. Null counts as not there, as in Kubernetes.
 *
 * Of the extensions of Kubernetes those count that change what is valid: `x-kubernetes-int-or-string`,
 * `-preserve-unknown-fields` and `-embedded-resource`. Rules in CEL (`x-kubernetes-validations`) are the API server's.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export function strictSchema(schema: JsonObject): JsonObject {
  const { properties, items, additionalProperties, required, oneOf, ...rest } = schema;
  const embedded = schema["x-kubernetes-embedded-resource"] === true;
  const open = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const anyType = schema["x-kubernetes-int-or-string"] === true || isNumberOrText(oneOf);
  const fields = isJsonObject(properties)
    ? { ...(embedded ? Object.fromEntries(own.map((field) => [field, true])) : {}), ...mapSchemas(properties) }
    : undefined;
  return {
    ...rest,
    ...(anyType ? { type: ["integer", "number", "string"] } : oneOf === undefined ? {} : { oneOf }),
    ...(anyType || typeof schema["type"] === "string" ? { nullable: true } : {}),
    ...(fields === undefined ? {} : { properties: fields }),
    ...(isJsonObject(items) ? { items: strictSchema(items) } : {}),
    ...(isJsonObject(additionalProperties)
      ? { additionalProperties: strictSchema(additionalProperties) }
      : fields === undefined || open
        ? {}
        : { additionalProperties: false }),
    ...(isList(required) ? { required: required.filter((field) => !hasDefault(field, record(properties))) } : {}),
  };
}

/** Schemas by name, each made strict. */
export function mapSchemas(schemas: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, strictSchema(record(schema))]));
}

/** An API server fills defaults in before it looks for what is missing. */
function hasDefault(field: Json, properties: JsonObject): boolean {
  return typeof field === "string" && record(properties[field])["default"] !== undefined;
}

/** How Kubernetes' own documents write quantities, and numbers that may be names: the union is one type here. */
function isNumberOrText(oneOf: Json | undefined): boolean {
  const types = isList(oneOf) ? oneOf.map((each) => record(each)["type"]) : [];
  return types.length === 2 && types.includes("string");
}
