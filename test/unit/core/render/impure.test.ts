import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { impureCalls, impureWarnings } from "../../../../core/render/helm/impure.ts";

const callsIn = (text: string): readonly string[] =>
  impureCalls(new Map([["t.yaml", text]]), []).map(({ name, line }) => `${name}:${line ?? 0}`);

describe("calls of templates whose result no commit decides", () => {
  const found: readonly (readonly [string, readonly string[]])[] = [
    ['a: {{ lookup "v1" "Secret" "" "" }}', ["lookup:1"]],
    ['a\n{{- $x := (now | date "2006") }}\nb: {{ randAlphaNum 8 | b64enc }}', ["now:2", "randAlphaNum:3"]],
    ["{{ if (\n  genCA `x` 1\n) }}{{ end }}", ["genCA:2"]],
    ['{{ "}}" }}{{ uuidv4 }}', ["uuidv4:1"]],
    ["{{ `}}\n` }}{{ uuidv4 }}", ["uuidv4:2"]],
    ['{{ "a\\"}}" | now }}', ["now:1"]],
    ["{{/* }} */}}{{ now }}", ["now:1"]],
    ["{{ now }}{{ now }}", ["now:1", "now:1"]],
  ];
  for (const [text, expected] of found)
    it(`are found in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(callsIn(text), expected);
    });

  const none = [
    "now: lookup uuidv4",
    "{{ .Values.now }}{{ .now }}{{ $now }}{{ $.lookup }}{{ $x.now.lookup }}",
    '{{ "lookup" }}{{ `now` }}{{ include "lookup" . }}',
    "{{/* lookup now */}}{{- /* now */ -}}",
    "{{ nowhere }}{{ lookupX }}{{ toString }}{{ constructor }}",
    "{{",
    "",
  ];
  for (const text of none)
    it(`are not found in ${JSON.stringify(text)}`, () => {
      assert.deepEqual(callsIn(text), []);
    });

  it("are found in archives, where only templates count", () => {
    const files = new Map([
      ["redis/templates/_h.tpl", Buffer.from("\n{{ lookup }}")],
      ["redis/charts/common/templates/x.yaml", Buffer.from("{{ randBytes 1 }}")],
      ["redis/README.md", Buffer.from("{{ now }}")],
    ]);
    const calls = impureCalls(new Map(), [{ name: "app/charts/redis-1.0.0.tgz", content: Buffer.alloc(0), files }]);
    assert.deepEqual(
      calls.map(({ name, from, file, line }) => [name, from, file, line]),
      [
        ["lookup", "cluster", "app/charts/redis-1.0.0.tgz:redis/templates/_h.tpl", 2],
        ["randBytes", "chance", "app/charts/redis-1.0.0.tgz:redis/charts/common/templates/x.yaml", 1],
      ],
    );
  });

  it("are one warning for each function, and those of chance only where it changed something", () => {
    const calls = impureCalls(new Map([["t.yaml", "{{ now }}\n{{ lookup }}{{ lookup }}\n{{ uuidv4 }}"]]), []);
    const brief = (changes: boolean): readonly string[] =>
      impureWarnings(calls, changes).map(
        ({ code, severity, place, message }) =>
          `${code} ${severity} ${place?.line ?? 0} ${message.split(":")[0] ?? ""}`,
      );
    const always = [
      "CHART_IMPURE warning 1 The chart calls now",
      "CHART_IMPURE warning 2 The chart calls lookup (and in 1 other place)",
    ];
    assert.deepEqual(brief(false), always);
    assert.deepEqual(brief(true), [...always, "CHART_IMPURE warning 3 The chart calls uuidv4"]);
  });

  it("are found quickly in large and in odd templates", () => {
    const started = performance.now();
    for (const text of [
      "{{ ".repeat(200_000),
      `{{ ${'"'.repeat(200_001)}`,
      `{{ ${"`a".repeat(100_001)}`,
      "{{ now }}\n".repeat(2_000),
    ])
      callsIn(text);
    assert.ok(performance.now() - started < 5_000);
  });
});
