import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { errorCodes } from "../../../../core/errors/codes.ts";

const file = join(import.meta.dirname, "..", "..", "..", "..", "docs", "reference", "errors.md");

describe("docs/reference/errors.md", () => {
  it("explains every code with its kind, a meaning and what to do, and no code that does not exist", async () => {
    const rows = (await readFile(file, "utf8"))
      .split("\n")
      .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()))
      .filter((cells) => /^`[A-Z_]+`$/.test(cells[0] ?? ""));
    const documented = rows.map(([code, kind, meaning, advice]) => {
      assert.ok(meaning && meaning.length > 10, `${code} has a meaning`);
      assert.ok(advice && advice.length > 5, `${code} says what to do`);
      return [code?.replaceAll("`", ""), kind];
    });
    assert.deepEqual(documented.sort(), Object.entries(errorCodes).sort());
  });
});
