import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import {
  environmentBaseJsonSchema,
  environmentJsonSchema,
  formatJsonSchema,
  type JsonSchema,
} from "../../../../core/environment/json-schema.ts";
import { listEnvironments, loadEnvironment } from "../../../../core/environment/load.ts";

const project = join(import.meta.dirname, "../../../..");
const schemas = {
  "environment.schema.json": environmentJsonSchema(),
  "environment-base.schema.json": environmentBaseJsonSchema(),
};

/** The part of a JSON schema below some keys. */
function part(schema: JsonSchema, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((value, key) => Reflect.get(Object(value) as object, key), schema);
}

describe("the JSON schemas of environment documents", () => {
  for (const [file, schema] of Object.entries(schemas)) {
    it(`are what environments/${file} holds (else run: node automation/schema.ts)`, async () => {
      assert.equal(await readFile(join(project, "environments", file), "utf8"), formatJsonSchema(schema));
    });

    it(`say what every field of ${file} is for`, () => {
      const silent: string[] = [];
      const visit = (value: unknown, path: string): void => {
        if (typeof value !== "object" || value === null) return;
        for (const [key, below] of Object.entries((value as { properties?: object }).properties ?? {})) {
          const { description, anyOf } = below as { description?: string; anyOf?: object };
          if (description === undefined && anyOf === undefined) silent.push(`${path}.${key}`);
        }
        for (const [key, below] of Object.entries(value)) visit(below, `${path}.${key}`);
      };
      visit(schema, "");
      assert.deepEqual(silent, []);
    });
  }

  it("require what a document says about itself, and nothing that can be inherited", () => {
    const environment = schemas["environment.schema.json"];
    assert.deepEqual(part(environment, "required"), ["apiVersion", "kind", "metadata"]);
    assert.deepEqual(part(environment, "properties", "metadata", "required"), ["name"]);
    assert.equal(part(environment, "properties", "source", "required"), undefined);
    assert.equal(part(environment, "properties", "applications", "additionalProperties", "required"), undefined);
    assert.deepEqual(part(schemas["environment-base.schema.json"], "required"), ["apiVersion", "kind"]);
  });

  it("allow null where it removes what is inherited, and nowhere else", () => {
    const type = ["properties", "tenants", "additionalProperties", "properties", "podSecurity"] as const;
    assert.deepEqual(part(schemas["environment.schema.json"], ...type, "type"), ["string", "null"]);
    assert.deepEqual(part(schemas["environment.schema.json"], ...type, "enum"), [
      "privileged",
      "baseline",
      "restricted",
      null,
    ]);
    assert.equal(part(schemas["environment-base.schema.json"], ...type, "type"), "string");
    assert.equal(part(schemas["environment.schema.json"], "properties", "kind", "type"), "string");
  });

  it("refuse unknown keys", () => {
    assert.equal(part(schemas["environment.schema.json"], "additionalProperties"), false);
    assert.equal(part(schemas["environment.schema.json"], "properties", "source", "additionalProperties"), false);
  });
});

describe("the environments of this repository", () => {
  it("are these three", async () => {
    assert.deepEqual(await listEnvironments(project), ["dev", "production", "staging"]);
  });

  for (const name of ["dev", "staging", "production"]) {
    it(`include ${name}, which holds together and names its JSON schema`, async () => {
      const { file, spec } = await loadEnvironment(project, name);
      assert.equal(spec.name, name);
      assert.deepEqual(Object.keys(spec.applications).slice(0, 3), ["storefront", "catalog", "notifier"]);
      const [first] = (await readFile(join(project, file), "utf8")).split("\n");
      assert.equal(first, "# yaml-language-server: $schema=./environment.schema.json");
    });
  }
});
