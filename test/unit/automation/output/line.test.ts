import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { columns } from "../../../../automation/output/columns.ts";
import { paint, span } from "../../../../automation/output/line.ts";

describe("Lines", () => {
  it("carry colours only where they are wanted", () => {
    const line = [span("create", "+ a"), " b"];
    assert.equal(paint([line], { colours: false }), "+ a b\n");
    assert.equal(paint([line], { colours: true }), "\u001b[32m+ a\u001b[0m b\n");
  });

  it("cannot be split or coloured by what they hold", () => {
    assert.equal(paint([[span("strong", "a\nb\u001b[31mc")]], { colours: false }), "a b[31mc\n");
  });
});

describe("Columns", () => {
  it("align to the left or the right and leave no space at the end of a line", () => {
    const rows = [
      [["name"], ["n"], ["note"]],
      [["x"], ["10"], [""]],
    ];
    assert.equal(paint(columns(rows, [1]), { colours: false }), "name   n  note\nx     10\n");
  });
});
