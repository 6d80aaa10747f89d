import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { leavesOf } from "../../../../core/drift/items.ts";
import { parseJqPath } from "../../../../core/drift/jq-path.ts";
import { covers, pointerPattern, resolvePattern, type PathPattern } from "../../../../core/drift/path-pattern.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";
import { fieldPath } from "../../../../core/plan/path.ts";
import { jsonObject } from "./arbitrary.ts";

const pod: JsonObject = {
  kind: "Pod",
  metadata: { annotations: { "a/b": "1", "c~d": "2" } },
  spec: {
    replicas: 1,
    containers: [
      { name: "web", image: "web:1", args: ["x", "y"] },
      { name: "proxy", image: "proxy:1", env: [{ name: "A", value: "1" }] },
    ],
  },
};

/** Leaves of the pod that a pattern covers. */
function covered(pattern: PathPattern): readonly string[] {
  return leavesOf([], pod)
    .filter(({ steps }) => covers(pattern, steps, [pod]))
    .map(({ steps }) => fieldPath(steps));
}

function jq(text: string): PathPattern {
  const pattern = parseJqPath(text);
  assert.ok("parts" in pattern, `${text}: ${JSON.stringify(pattern)}`);
  return pattern;
}

const images = ["spec.containers[name=web].image", "spec.containers[name=proxy].image"];
const proxy = [
  "spec.containers[name=proxy].name",
  "spec.containers[name=proxy].image",
  "spec.containers[name=proxy].env[name=A].name",
  "spec.containers[name=proxy].env[name=A].value",
];

describe("a JSON pointer", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["/spec/replicas", ["spec.replicas"]],
    ["/metadata/annotations/a~1b", ['metadata.annotations["a/b"]']],
    ["/metadata/annotations/c~0d", ['metadata.annotations["c~d"]']],
    ["/metadata/annotations/*", ['metadata.annotations["a/b"]', 'metadata.annotations["c~d"]']],
    ["/spec/containers/*/image", images],
    ["/spec/containers/1", proxy],
    ["/spec/containers/0/args/1", ["spec.containers[name=web].args[1]"]],
    ["/spec/containers/7", []],
    ["/spec/container", []],
    ["/spec/replicas/more", []],
  ];
  for (const [text, expected] of cases) {
    it(`means ${expected.join(", ") || "nothing"}: ${text}`, () => {
      assert.deepEqual(covered(pointerPattern(text)), expected);
    });
  }
});

describe("a path of jq", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [".spec.replicas", ["spec.replicas"]],
    ['.metadata.annotations["a/b"]', ['metadata.annotations["a/b"]']],
    ['.metadata.annotations."a/b"', ['metadata.annotations["a/b"]']],
    ['.["spec"].replicas?', ["spec.replicas"]],
    [".spec.containers[].image", images],
    [".spec.containers[] | .image", images],
    ['.spec.containers[] | select(.name == "proxy")', proxy],
    ['.spec.containers[]|select(.name=="proxy").image', ["spec.containers[name=proxy].image"]],
    ['.spec.containers[] | select(.name != "proxy") | .args[0]', ["spec.containers[name=web].args[0]"]],
    ['.spec.containers[] | select(.name == "a" or .image == "web:1" and .name == "web").image', [images[0] ?? ""]],
    [".spec.containers[] | select(.args != null) | .image", [images[0] ?? ""]],
    ['. | select(.kind == "Pod") | .spec.replicas', ["spec.replicas"]],
    ['. | select(.kind == "Job") | .spec.replicas', []],
    [".spec | select(.replicas == 1) | .replicas", ["spec.replicas"]],
    [".spec.containers[1]", proxy],
    [".spec.containers.[1].image", [images[1] ?? ""]],
    [".spec.replicas[]", []],
  ];
  for (const [text, expected] of cases) {
    it(`means ${expected.join(", ") || "nothing"}: ${text}`, () => {
      assert.deepEqual(covered(jq(text)), expected);
    });
  }

  const wrong: readonly (readonly [string, number, string])[] = [
    ["", 1, "."],
    ["spec", 1, "."],
    [".spec.", 7, "name"],
    [".spec[", 7, "]"],
    [".spec[-1]", 7, "]"],
    [".spec | keys", 9, "."],
    [".spec + 1", 7, "nothing"],
    [".a | select(.b)", 15, "=="],
    [".a | select(.b == c)", 19, "text"],
    [".a | select(.b[] == 1)", 13, "several"],
    [".a | select(.b == 1", 20, ")"],
    ['.a["\\q"]', 4, "JSON"],
    [".a .b c", 7, "end"],
    [`.a${' | select(.x == "1" or .x == "2")'.repeat(10)}`, 204, "alternatives"],
  ];
  for (const [text, character, about] of wrong) {
    it(`is refused at character ${character}: ${text.slice(0, 30)}`, () => {
      const found = parseJqPath(text);
      assert.ok("problem" in found, "it was read");
      assert.deepEqual([found.character, found.problem.includes(about)], [character, true], found.problem);
    });
  }

  it("never throws", () => {
    const part = fc.constantFrom(
      ".",
      "a",
      "[",
      "]",
      "[]",
      "0",
      "|",
      "select",
      "(",
      ")",
      "==",
      '"x"',
      " ",
      "and",
      "?",
      "$",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join("")),
        ),
        (text) => {
          assert.equal(typeof parseJqPath(text), "object");
        },
      ),
    );
  });
});

describe("resolvePattern", () => {
  it("names every field of an object that is meant", () => {
    assert.deepEqual(resolvePattern(jq('.spec.containers[] | select(.name == "web").image'), pod), [
      ["spec", "containers", "0", "image"],
    ]);
    assert.deepEqual(resolvePattern(pointerPattern("/spec/containers/*/image"), pod), [
      ["spec", "containers", "0", "image"],
      ["spec", "containers", "1", "image"],
    ]);
    assert.deepEqual(resolvePattern(jq(".spec.missing"), pod), []);
    assert.deepEqual(resolvePattern(jq('. | select(.kind == "Job") | .spec'), pod), []);
  });

  it("finds what a pointer to it covers, for every leaf of any object", () => {
    fc.assert(
      fc.property(jsonObject, (object) => {
        for (const { steps } of leavesOf([], object)) {
          const keys = steps.flatMap((step) => (typeof step === "string" && step !== "*" ? [step] : []));
          if (keys.length < steps.length) continue;
          const text = keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
          const pattern = pointerPattern(text);
          assert.ok(covers(pattern, steps, [object]));
          assert.deepEqual(resolvePattern(pattern, object), [steps]);
        }
      }),
    );
  });
});
