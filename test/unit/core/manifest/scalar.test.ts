import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readScalar } from "../../../../core/manifest/scalar.ts";

const tag = (name: string): string => `tag:yaml.org,2002:${name}`;

describe("readScalar", () => {
  // That kubectl agrees is shown by test/integration/render-golden.test.ts.
  const plain: readonly (readonly [string, unknown])[] = [
    ["", null],
    ["~", null],
    ["no", false],
    ["On", true],
    ["nO", "nO"],
    ["0644", 420],
    ["0o644", 420],
    ["08", 8],
    ["0x1F", 31],
    ["-0b101", -5],
    ["1_000", 1000],
    [".5_0", ".5_0"],
    ["1e3", 1000],
    ["1e400", "1e400"],
    ["-0", 0],
    ["1:30", "1:30"],
    ["2024-01-02", "2024-01-02"],
    ["9007199254740991", 9007199254740991],
  ];
  for (const [text, value] of plain)
    it(`reads plain ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () =>
      assert.deepEqual(readScalar({ text, plain: true }), { value }));

  it("reads everything quoted as text", () => {
    for (const [text] of plain) assert.deepEqual(readScalar({ text, plain: false }), { value: text });
  });

  for (const text of ["9007199254740992", "-9007199254740992", "1234567890123456789", "0xFFFFFFFFFFFFFFFF"])
    it(`refuses the integer ${text} rather than change it`, () => {
      const reading = readScalar({ text, plain: true });
      assert.ok("problem" in reading);
      assert.match(reading.fix, /Quote it/);
    });

  for (const text of [".inf", "-.Inf", "+.INF", ".nan", ".NaN"])
    it(`refuses ${text}`, () => assert.ok("problem" in readScalar({ text, plain: true })));

  it("follows the tags of YAML and ignores others", () => {
    assert.deepEqual(readScalar({ text: "12", plain: true, tag: tag("str") }), { value: "12" });
    assert.deepEqual(readScalar({ text: "12", plain: false, tag: tag("int") }), { value: 12 });
    assert.deepEqual(readScalar({ text: "yes", plain: true, tag: tag("bool") }), { value: true });
    assert.deepEqual(readScalar({ text: "w6k=", plain: true, tag: tag("binary") }), { value: "é" });
    assert.deepEqual(readScalar({ text: "12", plain: true, tag: "!mine" }), { value: "12" });
    assert.ok("problem" in readScalar({ text: "1.5", plain: true, tag: tag("int") }));
    assert.ok("problem" in readScalar({ text: "/w==", plain: true, tag: tag("binary") }));
  });
});
