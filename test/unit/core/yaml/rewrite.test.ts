import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { isJsonObject, isList } from "../../../../core/manifest/json.ts";
import type { Json } from "../../../../core/manifest/manifest.ts";
import { readYaml } from "../../../../core/manifest/yaml.ts";
import { Unwritable } from "../../../../core/yaml/rewrite/edit.ts";
import { removeDocument, rewriteDocument } from "../../../../core/yaml/rewrite/rewrite.ts";

const value = (text: string, number = 1): Json => [...readYaml(text, "")][number - 1]?.value ?? null;

/** Sets a value in the first document by a path of keys and places; undefined removes it. */
function set(text: string, path: readonly (string | number)[], wanted: Json | undefined, number = 1): string {
  return rewriteDocument(text, number, changed(value(text, number), path, wanted) ?? null);
}

function changed(
  from: Json,
  [step, ...rest]: readonly (string | number)[],
  wanted: Json | undefined,
): Json | undefined {
  if (step === undefined) return wanted;
  if (isList(from) && typeof step === "number") {
    const next = changed(from[step] ?? null, rest, wanted);
    return next === undefined ? from.toSpliced(step, 1) : step < from.length ? from.with(step, next) : [...from, next];
  }
  const map = isJsonObject(from) ? from : {};
  const next = changed(map[step] ?? null, rest, wanted);
  const others = Object.entries(map).filter(([key]) => key !== String(step));
  if (next === undefined) return Object.fromEntries(others);
  return Object.hasOwn(map, step) ? { ...map, [step]: next } : { ...map, [step]: next };
}

const deployment = `# Checkout.   Owner: payments
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: {app: 'web'} }   # keep
spec:
  # three are enough
  replicas: 3   # see runbook
  template:
    spec:
      containers:
      # the server
      - name: web
        image: "shop/web:1.0"  # pinned
        args: [ --verbose, "--port=80" ]
        env:
        - name: A
          value: "1"

        # second
        - {name: B, value: 'b'}
      - name: side
        image: shop/side:1
`;

describe("A YAML file that is made to say something else", () => {
  const cases: readonly [string, readonly (string | number)[], Json | undefined, string, string][] = [
    ["a number", ["spec", "replicas"], 5, "replicas: 3   #", "replicas: 5   #"],
    ["quoted text", [...container(0), "image"], "shop/web:2", '"shop/web:1.0"', '"shop/web:2"'],
    ["plain text", [...container(1), "image"], "shop/side:2", "shop/side:1", "shop/side:2"],
    ["an entry in brackets", ["metadata", "labels", "app"], "other", "'web'", "'other'"],
    ["text that needs quotes", [...container(1), "image"], "yes", "shop/side:1", '"yes"'],
    ["a new entry in brackets", ["metadata", "labels", "team"], "a b", "{app: 'web'}", "{app: 'web', team: a b}"],
    ["a removed entry in brackets", ["metadata", "labels"], undefined, ", labels: {app: 'web'}", ""],
    ["a new short entry", ["spec", "paused"], true, "# see runbook\n", "# see runbook\n  paused: true\n"],
    ["a removed entry", ["spec", "replicas"], undefined, "  replicas: 3   # see runbook\n", ""],
    [
      "a new map",
      [...container(1), "resources"],
      { limits: { cpu: "1", memory: "1Gi" } },
      "image: shop/side:1\n",
      'image: shop/side:1\n        resources:\n          limits:\n            cpu: "1"\n            memory: 1Gi\n',
    ],
    [
      "a new item",
      [...container(0), "env", 2],
      { name: "C", value: "true" },
      "- {name: B, value: 'b'}\n",
      "- {name: B, value: 'b'}\n        - name: C\n          value: \"true\"\n",
    ],
    ["a removed item", [...container(0), "env", 1], undefined, "        - {name: B, value: 'b'}\n", ""],
    [
      "a removed item with comments above",
      [...container(0), "env", 0],
      undefined,
      '        - name: A\n          value: "1"\n',
      "",
    ],
    ["the first entry of an item", [...container(1), "name"], undefined, "- name: side\n        image:", "- image:"],
    ["an item in brackets", [...container(0), "args", 2], "--x", '"--port=80" ]', '"--port=80", --x ]'],
    ["a removed item in brackets", [...container(0), "args", 0], undefined, "--verbose, ", ""],
    ["the last item in brackets", [...container(0), "args", 1], undefined, ', "--port=80"', ""],
    [
      "a list in a list's item",
      [...container(1), "args"],
      ["a", "b: c"],
      "image: shop/side:1\n",
      'image: shop/side:1\n        args:\n        - a\n        - "b: c"\n',
    ],
  ];
  for (const [what, path, wanted, before, after] of cases) {
    it(`changes ${what} and no other character`, () => {
      assert.equal(deployment.split(before).length, 2, "the case is ambiguous");
      assert.equal(
        set(deployment, path, wanted),
        deployment.replace(before, () => after),
      );
      const windows = deployment.replaceAll("\n", "\r\n");
      const expected = windows.replace(before.replaceAll("\n", "\r\n"), () => after.replaceAll("\n", "\r\n"));
      assert.equal(set(windows, path, wanted), expected, "with the line ends of Windows");
    });
  }

  it("changes nothing where it says so already", () => {
    for (const text of [deployment, "a: 0644\nb: yes\nc: 1_000\n"]) {
      assert.equal(rewriteDocument(text, 1, value(text)), text);
    }
  });

  it("changes one document of several, and keeps what is around it", () => {
    const text = `# first\na: 1\n---\n# second\na: 1 # this\n...\n---\n\n# end\n`;
    assert.equal(set(text, ["a"], 2, 2), text.replace("1 # this", "2 # this"));
  });

  it("keeps a byte order mark, and a missing line break at the end", () => {
    assert.equal(set("\uFEFFa: 1", ["b"], 2), "\uFEFFa: 1\nb: 2");
    assert.equal(set("\uFEFFa: 1", ["a"], 2), "\uFEFFa: 2");
    assert.equal(set("a:\n  - x", ["a", 1], "z"), "a:\n  - x\n  - z");
  });

  it("keeps blocks of text", () => {
    const text = `data:\n  a.conf: |\n    one\n\n      two\n  b: >-\n    folded\n    text\n  c: x\n`;
    assert.equal(set(text, ["data", "a.conf"], "one\n\n  three\n"), text.replace("two", "three"));
    assert.equal(set(text, ["data", "d"], "1\n2\n"), `${text}  d: |\n    1\n    2\n`);
    assert.equal(set(text, ["data", "b"], undefined), text.replace("  b: >-\n    folded\n    text\n", ""));
    assert.equal(set(text, ["data", "b"], "short"), text.replace(">-\n    folded\n    text\n", "short\n"));
    assert.equal(set(text, ["data", "c"], "a\r\nb"), text.replace("c: x", 'c: "a\\r\\nb"'));
    assert.equal(set(text, ["data", "e"], "\u0085\u2028 x"), `${text}  e: "\\u0085\\u2028 x"\n`);
  });

  it("fills and empties maps and lists", () => {
    assert.equal(set("a:\nb: 1\n", ["a"], { c: 1 }), "a:\n  c: 1\nb: 1\n");
    assert.equal(set("a: {}\nb: []\n", ["b"], ["x"]), "a: {}\nb:\n  - x\n");
    assert.equal(set("a: {}\nb: []\n", ["a", "c"], 1), "a:\n  c: 1\nb: []\n");
    assert.equal(set("a:\n  b: 1\nc: 2\n", ["a", "b"], undefined), "a: {}\nc: 2\n");
    assert.equal(set("a:\n- 1\n# end\nc: 2\n", ["a", 0], undefined), "a: []\n# end\nc: 2\n");
    assert.equal(set("a: { b: 1 }\n", ["a", "b"], undefined), "a: {}\n");
    assert.equal(set("a: { b: [1], c: }\n", ["a", "c"], ["x, y"]), 'a: { b: [1], c: ["x, y"] }\n');
  });

  it("writes text that no reader takes for anything else", () => {
    for (const text of [
      "yes",
      "NO",
      "on",
      "null",
      "~",
      "1",
      "1.5",
      "0x1",
      "1e3",
      "12:30:45",
      "2026-01-01",
      "",
      " a",
      "a ",
      "a: b",
      "a #b",
      "- a",
      "*a",
      "&a",
      "!a",
      "{a",
      "[a",
      "'a",
      '"a',
      "%a",
      "@a",
      "`a",
      "a:",
      "?",
      "=",
      "<<",
      "1_000",
      "0644",
      ".5",
      ".inf",
      "a\tb",
      "é\u0000",
    ]) {
      for (const file of ["a: x\n", "a: 'x'\n", 'a: "x"\n', "{ a: x, b: 1 }\n", '{"a": "x"}\n']) {
        const written = set(file, ["a"], text);
        assert.deepEqual(value(written), { ...(value(file) as object), a: text }, written);
        assert.equal((parse(written) as { readonly a: unknown }).a, text, written);
      }
    }
  });

  it("changes JSON as JSON", () => {
    const text = `{\n  "kind": "ConfigMap",\n  "data": {\n    "a": "1",\n    "b": "2"\n  },\n  "list": [1, 2]\n}\n`;
    assert.equal(set(text, ["data", "a"], "no"), text.replace('"1"', '"no"'));
    assert.equal(set(text, ["data", "c"], "3"), text.replace('"2"\n', '"2",\n    "c": "3"\n'));
    assert.equal(set(text, ["data", "b"], undefined), text.replace(',\n    "b": "2"', ""));
    assert.equal(set(text, ["list", 2], { x: [true, "y"] }), text.replace("2]", '2, {"x": [true, "y"]}]'));
    for (const path of [["data", "c"], ["data", "b"], ["data", "a"], ["data"], ["list", 0], ["new"]]) {
      for (const wanted of [undefined, { x: "1" }]) JSON.parse(set(text, path, wanted));
    }
  });

  it("refuses what would change more than it should", () => {
    const refused: readonly [string, readonly (string | number)[], Json | undefined][] = [
      ["a: &x { k: 1 }\nb: *x\n", ["b", "k"], 2],
      ["a: &x { k: 1 }\nb: *x\n", ["a", "k"], 2],
      ["a: &x { k: 1 }\nb: { <<: *x, l: 1 }\n", ["b", "k"], undefined],
      ["a: &x 1\nb: *x\n", ["a"], undefined],
      ["a: [{ name: u }, { name: v }]\n", ["a"], [{ name: "v" }, { name: "u" }]],
      ["? a\n: 1\n", ["a"], { b: 1 }],
      ["a: 1\n", [], { b: 2 }],
      ["a: 1\na: 2\n", ["a"], 3],
    ];
    for (const [text, path, wanted] of refused) assert.throws(() => set(text, path, wanted), Unwritable, text);
    assert.equal(
      set("a: &x { k: 1 }\nb: { <<: *x, l: 1 }\n", ["b", "k"], 2),
      "a: &x { k: 1 }\nb: { <<: *x, l: 1, k: 2 }\n",
    );
  });

  it("says what it should, whatever is changed in whatever is written", () => {
    let seed = 4711;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) % below;
    const texts = [
      deployment,
      deployment
        .replaceAll("      - ", "        - ")
        .replaceAll("\n        - name: A\n          value", "\n          - name: A\n            value"),
      '{"a": {"b": [1, {"c": "x"}]},\n "d": ["y", "z"]}',
      "a:\n- - 1\n  - 2\n- - 3\nb: |\n  x\n  y\nc:\n  d: { e: [f, g: h] }\n",
    ];
    let [written, refused] = [0, 0];
    for (let round = 0; round < 300; round += 1) {
      let text = texts[random(texts.length)] ?? "";
      for (let step = 0; step < 3; step += 1) {
        const target = mutate(value(text));
        try {
          text = rewriteDocument(text, 1, target);
          written += 1;
        } catch (error) {
          assert.ok(error instanceof Unwritable, `${String(error)}\n${text}\n${JSON.stringify(target)}`);
          refused += 1;
        }
      }
    }
    assert.ok(written > refused * 8, `${refused} of ${written + refused} changes were refused`);

    function mutate(from: Json): Json {
      const fresh: readonly Json[] = ["x", "yes", 5, true, "a\nb\n", { name: "n", k: ["v"] }, ["p", { q: 1 }], {}, []];
      if (isList(from) && from.length > 0) {
        const at = random(from.length);
        const items = [from.toSpliced(at, 1), from.toSpliced(at, 0, fresh[random(fresh.length)] ?? 1)];
        return items[random(6)] ?? from.with(at, mutate(from[at] ?? 1));
      }
      if (!isJsonObject(from) || Object.keys(from).length === 0) return fresh[random(fresh.length)] ?? 1;
      const keys = Object.keys(from);
      const key = keys[random(keys.length)] ?? "";
      const { [key]: old, ...others } = from;
      const maps = [others, { ...from, [`new${random(3)}`]: fresh[random(fresh.length)] ?? 1 }];
      return maps[random(6)] ?? { ...from, [key]: mutate(old ?? 1) };
    }
  });
});

describe("A file without one of its documents", () => {
  it("keeps all others as they are, or is gone with the last one", () => {
    const text = "# licence\n---\na: 1 # one\n---\n# two\nb: 1\n--- # three\nc: 1";
    assert.equal(removeDocument(text, 1), "# licence\n---\n# two\nb: 1\n--- # three\nc: 1");
    assert.equal(removeDocument(text, 2), "# licence\n---\na: 1 # one\n--- # three\nc: 1");
    assert.equal(removeDocument(text, 3), "# licence\n---\na: 1 # one\n---\n# two\nb: 1\n");
    assert.equal(removeDocument("a: 1\n---\n# nothing\n", 1), undefined);
    assert.equal(removeDocument("a: 1\n", 1), undefined);
  });
});

function container(at: number): readonly (string | number)[] {
  return ["spec", "template", "spec", "containers", at];
}
