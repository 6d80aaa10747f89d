import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { checksByKind } from "../../../../core/health/registry.ts";

const guide = join(import.meta.dirname, "..", "..", "..", "..", "docs", "guide", "delivery.md");

describe("the table of kinds in the guide", () => {
  it("has every kind that has a check of its own, and no other", async () => {
    const text = await readFile(guide, "utf8");
    const table = /<!-- health:[^>]*-->([^]*)<!-- \/health -->/.exec(text)?.[1] ?? "";
    const cells = table.split("\n").flatMap((line) => /^\| (?!kind |-)(.*?) +\|/.exec(line)?.[1] ?? []);
    const named = cells
      .filter((cell) => !cell.includes("all others of"))
      .flatMap((cell) => cell.replace(/\(.*\)/, "").split(","))
      .map((kind) => kind.trim());
    const known = Object.keys(checksByKind).map((kind) => kind.split(".")[0] ?? kind);
    assert.deepEqual([...named].sort(), [...known].sort());
  });
});
