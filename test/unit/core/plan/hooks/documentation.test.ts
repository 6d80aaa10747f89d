import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { hookDialects } from "../../../../../core/plan/hooks/mapping.ts";

const file = join(import.meta.dirname, "..", "..", "..", "..", "..", "docs", "guide", "delivery.md");

/** Rows of the table between two markers, without its head. */
function table(text: string, name: string): readonly (readonly string[])[] {
  const [, body = ""] = new RegExp(`<!-- ${name}[^>]*-->(.*)<!-- /${name} -->`, "s").exec(text) ?? [];
  const rows = body.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the hooks in docs/guide/delivery.md", () => {
  it("are those that a run knows, with what it makes of them", async () => {
    const expected = hookDialects.flatMap(({ annotation, hooks }) =>
      Object.entries(hooks).map(([value, { means, note }]) => {
        const here = means === "ignored" ? "_ignored_" : means === "object" ? "an object of its wave" : `\`${means}\``;
        return [`\`${annotation}\``, `\`${value}\``, here, note ?? ""];
      }),
    );
    assert.deepEqual(table(await readFile(file, "utf8"), "hooks"), expected);
  });

  it("have the delete policies that a run knows", async () => {
    const expected = hookDialects.flatMap(({ policyAnnotation, policies }) =>
      Object.entries(policies).map(([value, policy]) => [`\`${policyAnnotation}\``, `\`${value}\``, `\`${policy}\``]),
    );
    assert.deepEqual(table(await readFile(file, "utf8"), "policies"), expected);
  });
});
