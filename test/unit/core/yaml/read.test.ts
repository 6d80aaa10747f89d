import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { positionedNodes } from "../../../../core/environment/yaml-nodes.ts";
import { documentLimits } from "../../../../core/environment/yaml.ts";
import { kubernetesValues } from "../../../../core/manifest/convert.ts";
import { fileLimits } from "../../../../core/manifest/limits.ts";
import { readDocuments } from "../../../../core/yaml/read.ts";

/** What manifests and environments find in a text; both must see the same. */
function findings(text: string) {
  const manifests = [...readDocuments(text, "f", kubernetesValues, fileLimits)].flatMap(
    (document) => document.findings,
  );
  const nodes = [...readDocuments(text, "f", positionedNodes, documentLimits)].flatMap((document) => document.findings);
  assert.deepEqual(manifests, nodes);
  return manifests.map(({ code, message, place }) => `${place?.line}:${place?.column} ${code} ${message}`);
}

describe("the reader of YAML", () => {
  const wrong: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
    ["a duplicate key", "a: 1\nb: 2\na: 3\n", ['3:1 YAML_DUPLICATE_KEY The key "a" is on line 1 already.']],
    [
      "each of three equal keys",
      "a: 1\na: 2\na: 3\n",
      ["2:1", "3:1"].map((at) => `${at} YAML_DUPLICATE_KEY The key "a" is on line 1 already.`),
    ],
    ["an alias without an anchor", "a: *x\n", ["1:4 YAML_SYNTAX The alias has no anchor before it."]],
    ["an alias before its anchor", "a: *x\nb: &x 1\n", ["1:4 YAML_SYNTAX The alias has no anchor before it."]],
    ["a NUL byte", "a: \0\n", ["1:4 YAML_SYNTAX The file holds a NUL byte, which YAML does not allow."]],
    [
      "a mistake in each document",
      "a: @x\n---\nb: 'x'y\n",
      [
        "1:4 YAML_SYNTAX A value begins with a character that YAML reserves.",
        "3:7 YAML_SYNTAX Something stands where YAML allows nothing.",
      ],
    ],
    ["what is right", "\uFEFFa: &x [1, {b: c}]\nd: *x\n", []],
  ];
  for (const [what, text, expected] of wrong)
    it(`reports ${what} alike for manifests and environments`, () => assert.deepEqual(findings(text), expected));

  it("never repeats text of the file in a syntax error", () => {
    for (const text of ["a: *canary\n", 'a: "\\canary"\n', "a: @canary\n", "canary\nb: 1\n", "a: 'canary\n"]) {
      const found = findings(text);
      assert.ok(found.length > 0, text);
      assert.doesNotMatch(found.join("\n"), /canary/);
    }
  });

  it("refuses a file by its size before it reads it", () => {
    const text = `${"\n".repeat(1_000)}\0`;
    const [only, ...rest] = readDocuments(text, "f", kubernetesValues, { ...fileLimits, bytes: 1_000 });
    assert.deepEqual(rest, []);
    assert.deepEqual(
      only?.findings.map(({ code, place }) => [code, place]),
      [["YAML_LIMIT", { file: "f", line: 1, column: 1 }]],
    );
  });
});
