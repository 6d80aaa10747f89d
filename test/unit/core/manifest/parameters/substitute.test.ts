import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { DriftlessError } from "../../../../../core/errors/error.ts";
import type { Json } from "../../../../../core/manifest/manifest.ts";
import { substitute, type Parameters } from "../../../../../core/manifest/parameters/substitute.ts";
import { parseManifests } from "../../../../../core/manifest/parse.ts";

/** What a manifest becomes; `spec` is one line of YAML. */
function made(spec: string, parameters: Parameters, metadata = "name: web") {
  const text = `# a comment\napiVersion: example.com/v1\nkind: Web\nmetadata: { ${metadata} }\nspec: ${spec}\n`;
  const { manifests, findings } = parseManifests(text, "lib/web.yaml", { isTemplate: true });
  assert.deepEqual(findings, []);
  return substitute(manifests, parameters);
}
const specOf = (spec: string, parameters: Parameters): Json | undefined => {
  const { manifests, findings } = made(spec, parameters);
  assert.deepEqual(findings, []);
  return manifests[0]?.object["spec"];
};

describe("parameters in manifests", () => {
  const cases: readonly [what: string, spec: string, parameters: Parameters, expected: Json][] = [
    [
      "take their type where they are the whole value",
      "{ a: '${n}', b: ['${t}'], c: '${s}' }",
      { n: 3, t: true, s: "x" },
      { a: 3, b: [true], c: "x" },
    ],
    [
      "become text inside other text",
      "{ a: 'x-${n}-${t}', b: '${n}${n}' }",
      { n: 3, t: false },
      { a: "x-3-false", b: "33" },
    ],
    [
      "become text where Kubernetes takes text only",
      "{ env: [{ name: P, value: '${p}' }], port: '${p}', labels: { p: '${p}' }, args: ['${p}'], selector: { p: '${p}' } }",
      { p: 80 },
      { env: [{ name: "P", value: "80" }], port: 80, labels: { p: "80" }, args: ["80"], selector: { p: "80" } },
    ],
    [
      "leave what is escaped, and other dollar signs",
      "{ a: '$${n} $$${n} $n $(n) $$ ${n}' }",
      { n: 1 },
      { a: "${n} $${n} $n $(n) $$ 1" },
    ],
    ["are not read again when they are in", "{ a: '${a}', b: '-${a}' }", { a: "${b}" }, { a: "${b}", b: "-${b}" }],
    [
      "cannot bring structure",
      "{ a: '${a}', b: 'x ${a}' }",
      { a: "1 }\nb: [x, *y, <<: z, {{ q }}]" },
      { a: "1 }\nb: [x, *y, <<: z, {{ q }}]", b: "x 1 }\nb: [x, *y, <<: z, {{ q }}]" },
    ],
    ["may be empty", "{ a: '${a}', b: 'x${a}' }", { a: "" }, { a: "", b: "x" }],
    [
      "are replaced in what YAML merged and repeated",
      "{ a: &a { v: '${n}' }, b: { <<: *a, w: 1 }, c: *a }",
      { n: 2 },
      { a: { v: 2 }, b: { v: 2, w: 1 }, c: { v: 2 } },
    ],
  ];
  for (const [what, spec, parameters, expected] of cases) {
    it(what, () => {
      assert.deepEqual(specOf(spec, parameters), expected);
    });
  }

  it("make names, which are judged when they are complete", () => {
    const { manifests } = made(
      "{}",
      { app: "shop", n: 1 },
      "name: '${app}-web', namespace: '${app}', labels: { tier: '${n}' }",
    );
    assert.deepEqual(manifests[0]?.object.metadata, { name: "shop-web", namespace: "shop", labels: { tier: "1" } });
    const { findings } = made("{}", { app: "Not A Name" }, "name: '${app}'");
    assert.deepEqual(
      findings.map(({ code, place }) => [code, place?.file, place?.line]),
      [["NAME_INVALID", "lib/web.yaml", 2]],
    );
  });

  const refused: readonly [what: string, spec: string, message: RegExp, fix: RegExp, field: string][] = [
    ["a name that is not declared", "{ a: ['${sise}'] }", /no parameter "sise"/, /Did you mean "size"\?/, "spec.a.0"],
    ["one that resembles none", "{ a: '${HOME}' }", /no parameter "HOME"/, /Declare it .* `\$\$\{`/, "spec.a"],
    [
      "a default of Flux's",
      "{ a: '${size:-3}' }",
      /"\$\{size:-3\}" is not the name of a parameter/,
      /`\$\$\{`/,
      "spec.a",
    ],
    ["a reference that does not end", "{ a: '${size' }", /"\$\{" is not the name/, /`\$\$\{`/, "spec.a"],
    [
      "a parameter in a key",
      "{ '${size}': 1 }",
      /The key "\$\{size\}" holds a parameter/,
      /parameters/,
      "spec.${size}",
    ],
    ["a name of every object", "{ a: '${constructor}' }", /no parameter "constructor"/, /Declare/, "spec.a"],
  ];
  for (const [what, spec, message, fix, field] of refused) {
    it(`refuse ${what}, with file, line and field`, () => {
      const { findings } = made(spec, { size: 1 });
      assert.deepEqual(
        findings.map(({ code, place }) => [code, place]),
        [["PARAMETER_UNKNOWN", { file: "lib/web.yaml", line: 2, field }]],
      );
      assert.match(findings[0]?.message ?? "", message);
      assert.match(findings[0]?.fix ?? "", fix);
    });
  }

  it("are reported if nothing uses them", () => {
    assert.deepEqual(made("{ a: '${b}' }", { c: 1, b: 1, a: 1 }).unused, ["a", "c"]);
  });

  it("leave an object alone that says so, in our words or Flux's", () => {
    for (const name of ["driftless.dev/substitute", "kustomize.toolkit.fluxcd.io/substitute"]) {
      const { manifests, findings, unused } = made(
        "{ script: 'echo ${HOME}' }",
        { a: 1 },
        `name: web, annotations: { ${name}: disabled }`,
      );
      assert.deepEqual([manifests[0]?.object["spec"], findings, unused], [{ script: "echo ${HOME}" }, [], ["a"]]);
    }
  });

  it("cannot make an application of gigabytes", () => {
    const spec = `[${Array.from({ length: 2_000 }, () => "'${a}'").join(", ")}]`;
    assert.throws(
      () => made(spec, { a: "x".repeat(10_000) }),
      (error) => error instanceof DriftlessError && error.code === "RENDER_LIMIT",
    );
  });

  it("stay the value that was declared, whatever it holds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.boolean()), fc.string(), (value, around) => {
        const text = around.replaceAll("$", "");
        const { manifests } = substitute(
          [
            {
              object: { apiVersion: "v1", kind: "X", metadata: { name: "x" }, spec: { a: "${v}", b: `${text}\${v}` } },
              origin: { path: "x" },
            },
          ],
          { v: value },
        );
        const inText = text === "" ? value : `${text}${value}`;
        assert.deepEqual(manifests[0]?.object["spec"], { a: value, b: inText });
      }),
    );
  });

  it("leave objects that use none as they are", () => {
    const manifest = { object: { apiVersion: "v1", kind: "X", metadata: { name: "x" } }, origin: { path: "x" } };
    assert.equal(substitute([manifest], { a: 1 }).manifests[0], manifest);
  });
});
