import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPresetFiles } from "../core/policy/presets.ts";
import { policyReference } from "./docs.ts";
import { rules } from "./rules/index.ts";

const presets = await readPresetFiles(import.meta.dirname, "policies");
await writeFile(join(import.meta.dirname, "..", "docs", "policies.md"), policyReference(rules, presets));
