import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { environmentBaseJsonSchema, environmentJsonSchema, formatJsonSchema } from "../core/environment/json-schema.ts";

// `node automation/schema.ts` writes the JSON schemas that editors check the environment documents with.
const folder = join(import.meta.dirname, "..", "environments");
await writeFile(join(folder, "environment.schema.json"), formatJsonSchema(environmentJsonSchema()));
await writeFile(join(folder, "environment-base.schema.json"), formatJsonSchema(environmentBaseJsonSchema()));
