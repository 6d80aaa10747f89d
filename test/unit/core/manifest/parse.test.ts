import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatPlace } from "../../../../core/errors/finding.ts";
import { parseManifests } from "../../../../core/manifest/parse.ts";

const head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

/** Findings as `code line:column field`. */
function problems(text: string): string[] {
  return parseManifests(text, "f").findings.map(({ code, place }) => `${code} ${formatPlace(place ?? { file: "?" })}`);
}

describe("parseManifests", () => {
  it("numbers documents, skips empty ones, and knows the line where each starts", () => {
    const text = `# comment\n---\n${head}---\n---\n# nothing\n---\n\n${head.replace("name: a", "name: b")}...\n`;
    const { manifests, findings } = parseManifests(text, "x.yaml");
    assert.deepEqual(findings, []);
    assert.deepEqual(
      manifests.map(({ origin }) => origin),
      [
        { path: "x.yaml", document: 1, line: 3 },
        { path: "x.yaml", document: 4, line: 12 },
      ],
    );
  });

  for (const text of [
    "",
    "\n",
    "---\n",
    "---\n---\n",
    "# only a comment\n",
    "\ufeff---\n",
    "null\n",
    "kind: List\napiVersion: v1\n",
  ])
    it(`finds nothing, and nothing wrong, in ${JSON.stringify(text)}`, () =>
      assert.deepEqual(parseManifests(text, "f"), { manifests: [], findings: [] }));

  it("reads JSON, with tabs and a byte order mark too", () => {
    const text = `\ufeff{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": {"name": "a"}, "data": {"e": "\\u00e9\\/"}\n}`;
    const { manifests, findings } = parseManifests(text, "a.json");
    assert.deepEqual(findings, []);
    assert.deepEqual(manifests[0]?.object["data"], { e: "é/" });
  });

  it("takes lists apart, nested and typed ones too, with the line of each item", () => {
    const text = [
      "apiVersion: v1",
      "kind: List",
      "items:",
      "- {apiVersion: v1, kind: Pod, metadata: {name: a}}",
      "- apiVersion: v1",
      "  kind: ConfigMapList",
      "  items:",
      "  - metadata: {name: b}",
      "  - metadata: {name: c}",
    ].join("\n");
    const { manifests, findings } = parseManifests(text, "f");
    assert.deepEqual(findings, []);
    assert.deepEqual(
      manifests.map(({ object, origin }) => [object.apiVersion, object.kind, object.metadata.name, origin.line]),
      [
        ["v1", "Pod", "a", 4],
        ["v1", "ConfigMap", "b", 8],
        ["v1", "ConfigMap", "c", 9],
      ],
    );
  });

  it("leaves a kind that ends in List alone where it has no items", () => {
    const text = "apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\n";
    assert.equal(parseManifests(text, "f").manifests[0]?.object.kind, "AllowList");
  });

  it("follows anchors and merges; what a map says itself wins", () => {
    const text = `${head}x: &x {a: 1, b: 2}\ny: &y {b: 5, c: 6}\nz: {a: 9, <<: [*x, *y]}\nw: *x\n`;
    const { manifests } = parseManifests(text, "f");
    assert.deepEqual(manifests[0]?.object["z"], { a: 9, b: 2, c: 6 });
    assert.deepEqual(manifests[0]?.object["w"], { a: 1, b: 2 });
  });

  const wrong: readonly (readonly [string, string, readonly string[]])[] = [
    ["a syntax error", "a: [1", ["YAML_SYNTAX f:1:6"]],
    ["a tab as indentation", "a:\n\tb: 2", ["YAML_SYNTAX f:2:1"]],
    ["an unclosed quote", "a: 'x", ["YAML_SYNTAX f:1:6"]],
    ["a control character", "a: 1\nb: \u0000", ["YAML_SYNTAX f:2:4"]],
    ["an alias without anchor", "a: *x", ["YAML_SYNTAX f:1:4"]],
    ["an anchor that holds itself", "a: &x [*x]", ["YAML_SYNTAX f:1:8"]],
    ["a key that is there twice", `${head}data:\n  a: "1"\n  a: "2"\n`, ["YAML_DUPLICATE_KEY f:7:3"]],
    ["two spellings of one key", `${head}data: {yes: "1", true: "2"}`, ["YAML_DUPLICATE_KEY f:5:18"]],
    ["a key that is a list", `${head}? [a]\n: 1\n`, ["SCHEMA_INVALID f:5:3"]],
    ["__proto__", `${head}data:\n  __proto__: {polluted: yes}\n`, ["YAML_LIMIT f:6:3"]],
    ["a number that cannot be kept", `${head}spec:\n  id: 1234567890123456789\n`, ["SCHEMA_INVALID f:6:7"]],
    ["a list", "- 1\n", ["SCHEMA_INVALID f:1:1"]],
    ["text", "hello\n", ["SCHEMA_INVALID f:1:1"]],
    [
      "an empty map",
      "{}\n",
      ["SCHEMA_INVALID f:1:1 (apiVersion)", "SCHEMA_INVALID f:1:1 (kind)", "SCHEMA_INVALID f:1:1"],
    ],
    ["a kind in lower case", head.replace("ConfigMap", "configmap"), ["SCHEMA_INVALID f:2:1 (kind)"]],
    ["a name that is a number", head.replace("name: a", "name: 12"), ["SCHEMA_INVALID f:4:3 (metadata.name)"]],
    ["no name", "apiVersion: v1\nkind: Pod\nmetadata: {}\n", ["SCHEMA_INVALID f:3:1 (metadata.name)"]],
    [
      "generateName",
      "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n",
      ["SCHEMA_INVALID f:4:3 (metadata.generateName)"],
    ],
    ["a name that is a path", head.replace("name: a", "name: ../../x"), ["NAME_INVALID f:4:3 (metadata.name)"]],
    [
      "a name that is too long",
      head.replace("name: a", `name: ${"a".repeat(254)}`),
      ["NAME_INVALID f:4:3 (metadata.name)"],
    ],
    ["a name with capitals", head.replace("name: a", "name: Äa"), ["NAME_INVALID f:4:3 (metadata.name)"]],
    ["a namespace with dots", `${head}  namespace: a.b\n`, ["NAME_INVALID f:5:3 (metadata.namespace)"]],
    [
      "a label that is a boolean",
      `${head}  labels:\n    on: "x"\n    x: no\n`,
      ['SCHEMA_INVALID f:7:5 (metadata.labels["x"])'],
    ],
    ["annotations that are a list", `${head}  annotations: [a]\n`, ["SCHEMA_INVALID f:5:3 (metadata.annotations)"]],
    ["what is wrong in each document", `${head}a: 'x'y\n---\n- 1\n`, ["YAML_SYNTAX f:5:7", "SCHEMA_INVALID f:7:1"]],
  ];
  for (const [what, text, expected] of wrong) it(`reports ${what}`, () => assert.deepEqual(problems(text), expected));

  it("suggests the kind that was meant", () => {
    const fixes = ["deployment", "configmap", "horizontalpodautoscaler"].map(
      (kind) => parseManifests(head.replace("ConfigMap", kind), "f").findings[0]?.fix,
    );
    assert.deepEqual(fixes, [
      'Did you mean "Deployment"?',
      'Did you mean "ConfigMap"?',
      'Did you mean "HorizontalPodAutoscaler"?',
    ]);
  });

  it("allows names that only some kinds may have", () => {
    const named = (apiVersion: string, kind: string, name: string) =>
      problems(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: "${name}"}\n`);
    assert.deepEqual(named("rbac.authorization.k8s.io/v1", "ClusterRole", "system:node"), []);
    assert.deepEqual(named("apiextensions.k8s.io/v1", "CustomResourceDefinition", "things.example.com"), []);
    assert.equal(named("rbac.authorization.k8s.io/v1", "ClusterRole", "a/b").length, 1);
    assert.equal(named("v1", "Namespace", "a.b").length, 1);
  });

  it("keeps the objects that are right beside one that is wrong", () => {
    const { manifests, findings } = parseManifests(`${head}---\nkind: [\n---\n${head}`, "f");
    assert.equal(findings.length, 1);
    assert.ok(manifests.length >= 1);
  });

  describe("with hostile input", () => {
    const letters = [..."abcdefghijklmnop"];
    const bomb = letters.map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(index === 0 ? "x" : `*${letters[index - 1]}`)
          .join(",")}]`,
    );
    const chain = Array.from({ length: 5000 }, (_, index) => `a${index + 1}: &a${index + 1} {x: *a${index}}`);
    const merges = Array.from(
      { length: 150 },
      (_, index) => `a${index + 1}: &a${index + 1} {<<: *a${index}, k${index}: 1}`,
    );
    const inputs: Readonly<Record<string, string>> = {
      "an alias bomb": bomb.join("\n"),
      "aliases that nest": `a0: &a0 {x: 1}\n${chain.join("\n")}`,
      "merges that nest": `a0: &a0 {x: 1}\n${merges.join("\n")}`,
      "20,000 open brackets": "[".repeat(20_000),
      "1,400,000 open brackets": "[".repeat(1_400_000),
      "20,000 lists on one line": "- ".repeat(20_000),
      "200,000 keys in one map": Array.from({ length: 200_000 }, (_, index) => `key${index}: v`).join("\n"),
      "20,000 keys in one map": Array.from({ length: 20_000 }, (_, index) => `key${index}: v`).join("\n"),
      "a million items in one list": "- *a\n".repeat(1_000_000),
      "a map of a million keys on one line": `{${"a: b, ".repeat(800_000)}}`,
      "60 MB of text": `a: ${"x".repeat(60_000_000)}`,
    };
    for (const [what, text] of Object.entries(inputs))
      it(`refuses ${what} within two seconds of work, without using 100 MB`, () => {
        const memory = process.memoryUsage().rss;
        const started = process.cpuUsage();
        assert.deepEqual(
          parseManifests(text, "f").findings.map(({ code }) => code),
          ["YAML_LIMIT"],
        );
        const { user, system } = process.cpuUsage(started);
        assert.ok(user + system < 2_000_000);
        assert.ok(process.memoryUsage().rss - memory < 100_000_000);
      });

    it("pollutes no prototype", () => {
      parseManifests(`${head}__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n`, "f");
      assert.equal("polluted" in {}, false);
    });
  });
});
