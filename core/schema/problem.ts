import type { ErrorObject } from "ajv";
import { nearest } from "../errors/nearest.ts";
import { quote } from "../errors/quote.ts";
import { isJsonObject, isList } from "../manifest/json.ts";
import type { Json, JsonObject, Path } from "../manifest/manifest.ts";

/** Where an object is not what its schema says. */
export interface SchemaProblem {
  /** The field; of one that is missing, where it should stand. */
  readonly path: Path;
  /** The end of a sentence whose subject is the field: `must be an integer, not text`. Never its value. */
  readonly what: string;
  readonly fix: string;
}

/** What a mistake is, in words of people who write manifests. */
export function schemaProblem(error: ErrorObject, object: JsonObject): SchemaProblem {
  const path = pathOf(error.instancePath, object);
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case "additionalProperties": {
      const field = String(params["additionalProperty"]);
      return {
        path: [...path, field],
        what: "is no field of its kind",
        fix: fieldFix(field, error.parentSchema ?? {}),
      };
    }
    case "required": {
      const field = String(params["missingProperty"]);
      return { path: [...path, field], what: "is missing", fix: `Add ${quote(field)}.` };
    }
    case "type": {
      const wanted = oneOf(typesOf(params["type"]));
      return { path, what: `must be ${wanted}, not ${typeText(typeOf(error.data))}`, fix: `Write ${wanted}.` };
    }
    case "enum": {
      const values: readonly unknown[] = Array.isArray(params["allowedValues"]) ? params["allowedValues"] : [];
      const allowed = oneOf(values.slice(0, mostListed).map((value) => JSON.stringify(value)));
      return { path, what: "has a value that it may not have", fix: `Write ${allowed}.` };
    }
    case "format": {
      const wanted = formatTexts[String(params["format"])] ?? `of the format ${quote(String(params["format"]))}`;
      return { path, what: `must be ${wanted}`, fix: `Write ${wanted}.` };
    }
    default:
      return { path, what: error.message ?? "is not what its schema asks for", fix: "Correct the value." };
  }
}

/** A list that is longer helps nobody. */
const mostListed = 12;

const typeTexts: Readonly<Record<string, string>> = {
  ...{ integer: "an integer", number: "a number", string: "text", boolean: "true or false" },
  ...{ object: "an object", array: "a list" },
};

const formatTexts: Readonly<Record<string, string>> = {
  byte: "base64",
  quantity: 'a quantity such as "500m" or "1Gi"',
  "date-time": "a time such as 2026-01-31T12:00:00Z",
  int32: "a number of 32 bits",
  int64: "a number of 64 bits",
};

function fieldFix(field: string, schema: object): string {
  const properties: unknown = "properties" in schema ? schema.properties : undefined;
  const known = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const meant = nearest(field, known);
  if (meant !== undefined) return `Did you mean ${quote(meant)}?`;
  const listed = known.slice(0, mostListed).map(quote);
  return `Remove it; there ${known.length === 1 ? "is" : "are"} ${listed.join(", ")}${known.length > mostListed ? " and more" : ""}.`;
}

function typesOf(type: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(type) ? type : String(type).split(",");
  const texts = names
    .map(String)
    .filter((name) => name !== "null" && !(name === "integer" && names.includes("number")));
  return texts.map(typeText);
}

function typeText(name: string): string {
  return typeTexts[name] ?? name;
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function oneOf(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} or ${texts.at(-1) ?? ""}`;
}

/** A JSON pointer as keys and positions. */
function pathOf(pointer: string, object: JsonObject): Path {
  const path: (string | number)[] = [];
  let value: Json | undefined = object;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(isList(value) ? Number(key) : key);
    value = isList(value) ? value[Number(key)] : isJsonObject(value) ? value[key] : undefined;
  }
  return path;
}
