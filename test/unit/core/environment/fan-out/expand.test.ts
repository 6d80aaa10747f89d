import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readYaml } from "../../../../../core/environment/yaml.ts";
import { buildEnvironment } from "../../../../../core/environment/load.ts";
import { baseHead, build, cpuSeconds, lines } from "../documents.ts";
import { expand, head, set } from "./documents.ts";

const names = (document: string, folders?: readonly string[]) =>
  Object.keys(expand(document, folders).spec.applications).filter((name) => name !== "base");

describe("an application set", () => {
  it("makes an application of each item of a list, with types as they are", () => {
    const { spec } = expand(
      set(
        "list: [{ name: a, where: [eu], helm: { values: [small.yaml] } }, { name: b, where: [us, eu], helm: {} }]",
        'name: "web-{{ item.name }}", tenant: shop, path: "apps/{{item.name}}", clusters: "{{ item.where }}", helm: "{{ item.helm }}"',
      ),
    );
    assert.deepEqual(
      Object.entries(spec.applications).map(([name, { path, clusters, helm }]) => [name, path, clusters, helm?.values]),
      [
        ["base", "base", ["eu", "us"], undefined],
        ["web-a", "apps/a", ["eu"], ["small.yaml"]],
        ["web-b", "apps/b", ["us", "eu"], []],
      ],
    );
    assert.deepEqual(spec.members, {
      "web-a": { set: "all", item: "list[0]" },
      "web-b": { set: "all", item: "list[1]" },
    });
  });

  it("makes one of each folder of the source at the pin, and waits for the source", () => {
    const document = set(
      "folders: { path: apps/*, exclude: [apps/old, apps/tmp-*] }",
      'name: "{{ folder.name }}", tenant: shop, path: "{{ folder.path }}"',
    );
    const folders = ["apps/web", "apps/api/deep", "apps/old", "apps/tmp-1", "apps/.git", "elsewhere/apps/x"];
    assert.deepEqual(names(document, folders), ["api", "web"]);
    assert.equal(expand(document, folders).spec.applications["web"]?.path, "apps/web");
    assert.deepEqual(build(document).waiting, ["all"]);
    assert.deepEqual(Object.keys(build(document).spec.applications), ["base"]);
    assert.deepEqual(expand(document, folders).waiting, []);
  });

  it("finds folders at any depth and beside the environment's own", () => {
    const deep = set(
      "folders: { path: teams/*/apps/web-* }",
      'name: "{{ folder.segments.1 }}-{{ folder.name }}", tenant: shop, path: "{{ folder.path }}"',
    );
    assert.deepEqual(names(deep, ["teams/red/apps/web-a", "teams/blue/apps/web-b", "teams/blue/apps/api"]), [
      "blue-web-b",
      "red-web-a",
    ]);
    const beside = set(
      "folders: { path: ../shared/* }",
      'name: "{{ folder.name }}", tenant: shop, path: "{{ folder.path }}"',
    );
    const { spec } = expand(beside, ["../shared/one"]);
    assert.equal(spec.applications["one"]?.path, "../shared/one");
  });

  it("makes one of each cluster that has the labels", () => {
    const of = (match: string) =>
      names(
        set(
          `clusters: { ${match} }`,
          'name: "on-{{ cluster.name }}", tenant: shop, path: x, clusters: ["{{ cluster.name }}"]',
          "allowEmpty: true",
        ),
      );
    assert.deepEqual(of(""), ["on-eu", "on-us"]);
    assert.deepEqual(of("match: { region: europe }"), ["on-eu"]);
    assert.deepEqual(of("match: { region: [europe, america] }"), ["on-eu", "on-us"]);
    assert.deepEqual(of("match: { region: [europe, america], tier: gold }"), ["on-eu"]);
    assert.deepEqual(of("match: { nothing: gold }"), []);
  });

  it("multiplies its generators", () => {
    const document = set(
      "list: [{ size: s }, { size: l }], folders: { path: apps/* }, clusters: {}",
      'name: "{{ folder.name }}-{{ cluster.name }}-{{ item.size }}", tenant: shop, path: "{{ folder.path }}"',
    );
    const made = expand(document, ["apps/a", "apps/b"]).spec.members;
    assert.equal(Object.keys(made).length, 8);
    assert.deepEqual(made["b-us-l"], { set: "all", item: 'list[1], folder "apps/b", cluster "us"' });
  });

  it("is inherited from the base, and can be changed or removed", () => {
    const base = `${baseHead}${lines(
      "applicationSets:",
      "  all:",
      "    from: { clusters: {} }",
      '    template: { name: "on-{{ cluster.name }}", tenant: shop, path: x }',
    )}`;
    const own = (text: string) => `${head}${lines(text)}`;
    const made = (text: string) => Object.keys(expand(own(text), [], base).spec.members);
    assert.deepEqual(made("  all: { from: { clusters: { match: { region: europe } } } }"), ["on-eu"]);
    assert.deepEqual(made("  all: null"), []);
    assert.deepEqual(
      made("  all: { from: { clusters: null, list: [{ n: one }] }, template: { name: '{{ item.n }}' } }"),
      ["one"],
    );
  });

  it("may be waited for by an application, and wait for one", () => {
    const document = set(
      "list: [{ n: a }, { n: b }]",
      'name: "x-{{ item.n }}", tenant: shop, path: x, dependsOn: [base]',
    ).replace("path: base }", "path: base }\n  last: { tenant: shop, path: y, dependsOn: [x-a, x-b] }");
    assert.deepEqual(expand(document).spec.applications["last"]?.dependsOn, ["x-a", "x-b"]);
  });

  it("tells where a value of its applications was written, and by whom", () => {
    const document = set(
      "list: [{ n: a, where: [eu] }]",
      'name: "x-{{ item.n }}", tenant: shop, path: x, clusters: "{{ item.where }}"',
    );
    const environment = expand(document);
    const at = environment.locate(["applications", "x-a", "path"]);
    assert.deepEqual([at.line, at.field], [14, "applicationSets.all.template.path"]);
    // A value that is used whole stands where the item has it.
    assert.equal(environment.locate(["applications", "x-a", "clusters"]).line, 13);
    const [path] = environment.explain("applications.x-a.path");
    assert.deepEqual(path?.madeBy, { set: "all", item: "list[0]" });
    assert.equal(environment.explain("applicationSets.all.template.path")[0]?.value, "x");
    assert.equal(environment.explain("applications.base.path")[0]?.madeBy, undefined);
  });

  it("puts values in as they are: what looks like a placeholder or like YAML in them is text", () => {
    const document = set(
      `list: [{ n: a, v: "{{ cluster.name }}" }, { n: b, v: "x, y: [1]" }, { n: c, v: "a\\nb: c" }]`,
      String.raw`name: "{{ item.n }}", tenant: shop, path: 'p\{{ item.n }}-{{ item.v }}'`,
    );
    assert.throws(() => expand(document), /PATH_ESCAPE The path "p\{\{ item.n \}\}-a\\nb: c" has a control character/);
    const { spec } = expand(document.replace(', { n: c, v: "a\\nb: c" }', ""));
    assert.equal(spec.applications["a"]?.path, "p{{ item.n }}-{{ cluster.name }}");
    assert.equal(spec.applications["b"]?.path, "p{{ item.n }}-x, y: [1]");
  });

  it("gives the same applications whatever the order of its items", () => {
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (items, numbers) => {
          const shuffled = items.map((item) => [numbers.next().value ?? 0, item] as const).sort(([a], [b]) => a - b);
          const made = (list: readonly string[]) =>
            build(
              set(
                `list: [${list.map((n) => `{ n: ${n} }`).join(", ")}], clusters: {}`,
                'name: "x-{{ item.n }}-{{ cluster.name }}", tenant: shop, path: "{{ item.n }}"',
              ),
            ).spec.applications;
          assert.deepEqual(made(shuffled.map(([, item]) => item)), made(items));
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives what the same applications written out give", () => {
    const document = set(
      "folders: { path: apps/* }, clusters: {}",
      'name: "{{ folder.name }}-{{ cluster.name }}", tenant: shop, path: "{{ folder.path }}", clusters: ["{{ cluster.name }}"]',
    );
    const written = ["a", "b"].flatMap((app) =>
      ["eu", "us"].map((cluster) => `  ${app}-${cluster}: { tenant: shop, path: apps/${app}, clusters: [${cluster}] }`),
    );
    const byHand = `${head.replace("applicationSets:\n", "")}${lines(...written)}`;
    assert.deepEqual(expand(document, ["apps/a", "apps/b"]).spec.applications, build(byHand).spec.applications);
  });

  it("takes time in proportion to what it makes", () => {
    const document = (count: number) =>
      readYaml(
        set(
          `list: [${Array.from({ length: count }, (_, n) => `{ n: "${n}" }`).join(", ")}], clusters: {}`,
          'name: "x-{{ item.n }}-{{ cluster.name }}", tenant: shop, path: "{{ item.n }}"',
        ),
        "environments/dev.yaml",
      );
    const seconds = (count: number) => {
      const own = document(count);
      return cpuSeconds(() => buildEnvironment("dev", own, undefined));
    };
    seconds(200);
    const [few, many] = [seconds(250), seconds(2_000)];
    assert.ok(many < Math.max(few, 0.05) * 8 * 3, `${few} s for 500, ${many} s for 4,000`);
  });
});
