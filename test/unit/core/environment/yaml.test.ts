import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { nodeAt, toValue } from "../../../../core/environment/node.ts";
import { readYaml } from "../../../../core/environment/yaml.ts";
import { brief, cpuSeconds, only } from "./documents.ts";

const read = (text: string) => readYaml(text, "dev.yaml");
const value = (text: string) => {
  const { root, findings } = read(text);
  assert.deepEqual(findings, []);
  return root === undefined ? undefined : toValue(root);
};

describe("reading YAML", () => {
  it("gives values and the position of each", () => {
    const { root } = read("a: 1\nb:\n  c: [x, 'y']\n");
    assert.ok(root);
    assert.deepEqual(toValue(root), { a: 1, b: { c: ["x", "y"] } });
    assert.deepEqual(nodeAt(root, ["b", "c", 1])?.at, { file: "dev.yaml", line: 3, column: 10 });
    assert.deepEqual(root.entries.get("b")?.key, { file: "dev.yaml", line: 2, column: 1 });
  });

  it("counts positions alike with CRLF line ends and behind a byte order mark", () => {
    for (const text of ["a: 1\r\nb: [\r\n  x ]\r\n", "\uFEFFa: 1\nb: [\n  x ]\n"]) {
      const { root } = read(text);
      assert.ok(root);
      assert.deepEqual(root.entries.get("a")?.key.column, 1);
      assert.deepEqual(nodeAt(root, ["b", 0])?.at, { file: "dev.yaml", line: 3, column: 3 });
    }
  });

  it("reads YAML 1.2, whatever a directive says", () => {
    assert.deepEqual(value("a: no\nb: 1:30\nc: 2020-01-01\n"), { a: "no", b: "1:30", c: "2020-01-01" });
    assert.deepEqual(value("%YAML 1.1\n---\na: no\n"), { a: "no" });
  });

  it("keeps a commit id of digits alone as text", () => {
    const digits = "1234567890".repeat(4);
    const exponent = `${"1".repeat(37)}e05`;
    assert.deepEqual(value(`a: ${digits}\nb: ${exponent}\n`), { a: digits, b: exponent });
  });

  it("takes keys as they are written", () => {
    assert.deepEqual(value("1: a\ntrue: b\n"), { 1: "a", true: "b" });
  });

  it("expands aliases", () => {
    assert.deepEqual(value("a: &a { x: 1 }\nb: *a\n"), { a: { x: 1 }, b: { x: 1 } });
  });

  const refused: readonly [what: string, text: string, expected: string][] = [
    ["an empty file", "", "dev.yaml:1:1 CONFIG_INVALID"],
    ["a comment alone", "# nothing\n", "dev.yaml:1:1 CONFIG_INVALID"],
    ["a lone document mark", "---\n", "dev.yaml:1:1 CONFIG_INVALID"],
    ["a list", "- a\n", "dev.yaml:1:1 CONFIG_INVALID"],
    ["a single value", "hello\n", "dev.yaml:1:1 CONFIG_INVALID"],
    ["a tab as indentation", "a:\n\tb: 1\n", "dev.yaml:2:1 YAML_SYNTAX"],
    ["a quote that is not closed", "a: 1\nb: 'x\n", "dev.yaml:3:1 YAML_SYNTAX"],
    ["two keys on a line", "a: b: c\n", "dev.yaml:1:4 YAML_SYNTAX"],
    ["a bracket that is not closed", "a: [1,\nb: 2\n", "dev.yaml:2:1 YAML_SYNTAX"],
    ["a second document", "a: 1\n---\nb: 2\n", "dev.yaml:2:1 YAML_SYNTAX"],
    ["a duplicate key", "a: 1\nb: 2\na: 3\n", "dev.yaml:3:1 YAML_DUPLICATE_KEY"],
    ["a duplicate key below", "a:\n  b: 1\n  'b': 2\n", "dev.yaml:3:3 YAML_DUPLICATE_KEY"],
    ["a key that is a list", "? [a]\n: 1\n", "dev.yaml:1:3 YAML_SYNTAX"],
    ["an alias without an anchor", "a: *x\n", "dev.yaml:1:4 YAML_SYNTAX"],
    ["a tag", "a: !!binary aGVsbG8=\n", "dev.yaml:1:13 YAML_SYNTAX"],
    ["a NUL byte", "a: b\nc: \0\n", "dev.yaml:2:4 YAML_SYNTAX"],
    ["an escape character", "a: \u001b[31m\n", "dev.yaml:1:4 YAML_SYNTAX"],
    ["a number that would lose digits", "a: 12345678901234567890\n", "dev.yaml:1:4 CONFIG_INVALID"],
    ["infinity", "a: .inf\n", "dev.yaml:1:4 CONFIG_INVALID"],
    ["an alias of what it stands in", "a: &a [*a]\n", "dev.yaml:1:7 YAML_LIMIT"],
  ];
  for (const [what, text, expected] of refused) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(brief([only(read(text).findings)]), [expected]);
    });
  }

  it("names both lines of a duplicate key", () => {
    assert.match(only(read("a: 1\nb: 2\na: 3\n").findings).message, /"a" is on line 1 already/);
  });

  it("reports every line with a syntax error, once each", () => {
    assert.deepEqual(brief(read("a: b: c: d\ne: 1\nf: g: h\n").findings), [
      "dev.yaml:1:4 YAML_SYNTAX",
      "dev.yaml:3:4 YAML_SYNTAX",
    ]);
  });

  it("never repeats text of the file in a syntax error", () => {
    for (const text of ["a: *canary\n", 'a: "\\canary"\n', "a: @canary\n", "canary\nb: 1\n", "a: 'canary\n"]) {
      const { findings } = read(text);
      assert.ok(findings.length > 0, text);
      assert.doesNotMatch(JSON.stringify(findings), /canary/);
    }
  });
});

describe("limits on YAML", () => {
  /** Half a kilobyte that means ten thousand million values. */
  const bomb = [
    `a0: &a0 [${Array(10).fill("x").join(",")}]`,
    ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(",")}]`),
  ].join("\n");
  const large: readonly [what: string, text: string][] = [
    ["an alias bomb", bomb],
    ["more than 100 aliases", `a: &a x\nb: [${Array(101).fill("*a").join(",")}]\n`],
    ["65 flow lists inside one another", `a: ${"[".repeat(65)}${"]".repeat(65)}\n`],
    ["a megabyte of brackets", `a: ${"[".repeat(1_000_000)}`],
    ["65 block maps inside one another", Array.from({ length: 66 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["5,000 dashes on a line", "- ".repeat(5_000)],
    ["a megabyte of keys", Array.from({ length: 95_000 }, (_, i) => `k${i}: 1`).join("\n")],
    ["60,000 values", `a: [${Array(60_000).fill("1").join(",")}]`],
  ];
  for (const [what, text] of large) {
    it(`refuses ${what} in less than 2 s of CPU`, () => {
      const seconds = cpuSeconds(() => {
        const { findings, root } = read(text);
        assert.equal(root, undefined);
        assert.equal(only(findings).code, "YAML_LIMIT");
      });
      assert.ok(seconds < 2, `${seconds} s`);
    });
  }

  it("spends less than 100 MB on an alias bomb", () => {
    const before = process.memoryUsage.rss();
    assert.equal(read(bomb).root, undefined);
    assert.ok(process.memoryUsage.rss() - before < 100 * 1024 * 1024);
  });

  it("takes 100 aliases and 60 levels", () => {
    assert.deepEqual(read(`a: &a x\nb: [${Array(100).fill("*a").join(",")}]\n`).findings, []);
    assert.deepEqual(read(`a: ${"[".repeat(60)}${"]".repeat(60)}\n`).findings, []);
  });
});
