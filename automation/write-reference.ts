import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cliReference } from "./reference.ts";

await writeFile(join(import.meta.dirname, "..", "docs", "reference", "cli.md"), cliReference());
