import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { cliReference } from "../../../automation/reference.ts";

const file = join(import.meta.dirname, "..", "..", "..", "docs", "reference", "cli.md");

describe("docs/reference/cli.md", () => {
  it("is what the commands' help says; else run: node automation/write-reference.ts", async () => {
    assert.equal(await readFile(file, "utf8"), cliReference());
  });
});
