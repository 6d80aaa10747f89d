import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { brief, cpuSeconds, findingsOf, lines, only } from "../documents.ts";
import { expandFindings, head, set } from "./documents.ts";

const template = 'name: "x-{{ item.n }}", tenant: shop, path: x';
const list = "list: [{ n: a }, { n: b }]";
const many = (count: number) => `list: [${Array.from({ length: count }, (_, n) => `{ n: "${n}" }`).join(", ")}]`;

describe("what is wrong with an application set", () => {
  const refused: readonly [what: string, document: string, expected: string, message: RegExp, fix: RegExp][] = [
    [
      "an unknown value",
      set(list, 'name: "x-{{ item.m }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /There is no value "item.m" \(application set "all": list\[0\], and 1 more\)/,
      /Did you mean "item.n"\?/,
    ],
    [
      "a generator that the set does not have",
      set(list, 'name: "{{ cluster.name }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /no value "cluster.name"/,
      /Known here: "item.n"/,
    ],
    [
      "a label that one cluster lacks",
      set("clusters: {}", 'name: "{{ cluster.labels.tier }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /no value "cluster.labels.tier" \(application set "all": cluster "us"\)/,
      /Did you mean "cluster.labels.region"/,
    ],
    [
      "a function in a placeholder",
      set(list, 'name: "x-{{ item.n | upper }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /dotted name of a value and nothing else/,
      /cluster.name/,
    ],
    [
      "a placeholder that does not end",
      set(list, `${template}, namespace: "{{ item.n"`),
      "dev.yaml:14:75 (applicationSets.all.template.namespace) CONFIG_INVALID",
      /does not end/,
      /Close it/,
    ],
    [
      "a placeholder in a key",
      set(list, `${template}, "{{ item.n }}": 1`),
      'dev.yaml:14:64 (applicationSets.all.template["{{ item.n }}"]) CONFIG_INVALID',
      /A key is never replaced/,
      /key out/,
    ],
    [
      "a list inside other text",
      set("list: [{ n: a, l: [b] }]", 'name: "x-{{ item.l }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /"item.l" is a list/,
      /stand alone/,
    ],
    [
      "a name that is no text",
      set("list: [{ n: 1 }]", 'name: "{{ item.n }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /name of an application is text/,
      /quotes/,
    ],
    [
      "a name that is no DNS label",
      set("list: [{ n: A_b }]", template),
      "dev.yaml:14:23 (applicationSets.all.template.name) NAME_INVALID",
      /"x-A_b" is not a DNS label \(application set "all": list\[0\]\)/,
      /lower-case/,
    ],
    [
      "a name twice",
      set("list: [{ n: a }, { n: a }]", template),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /There is an application "x-a" already, of the set "all" \(list\[0\]\) \(application set "all": list\[1\]\)/,
      /name of its own/,
    ],
    [
      "the name of an application that is written out",
      set("list: [{ n: base }]", 'name: "{{ item.n }}", tenant: shop, path: x'),
      "dev.yaml:14:23 (applicationSets.all.template.name) CONFIG_INVALID",
      /"base" already, of `applications.base`/,
      /name of its own/,
    ],
    [
      "an unknown field of the template",
      set(list, `${template}, dependson: []`),
      "dev.yaml:14:64 (applicationSets.all.template.dependson) CONFIG_INVALID",
      /Unknown key "dependson" in `applicationSets.all.template` \(.*list\[0\], and 1 more\)/,
      /"dependsOn"/,
    ],
    [
      "a field of the wrong type, where the item has it",
      set("list: [{ n: a, c: [eu] }, { n: b, c: eu }]", `${template}, clusters: "{{ item.c }}"`),
      "dev.yaml:13:50 (applicationSets.all.template.clusters) CONFIG_INVALID",
      /Expected a list, found the text "eu" \(application set "all": list\[1\]\)/,
      /list/,
    ],
    [
      "a tenant that does not exist",
      set(list, template.replace("shop", "shp")),
      "dev.yaml:14:49 (applicationSets.all.template.tenant) CONFIG_INVALID",
      /no tenant "shp" \(.*and 1 more\)/,
      /"shop"/,
    ],
    [
      "a path that leaves the source",
      set('list: [{ n: a, p: "../../../etc" }]', template.replace("path: x", 'path: "y/{{ item.p }}"')),
      "dev.yaml:14:61 (applicationSets.all.template.path) PATH_ESCAPE",
      /leads out of the source/,
      /inside the source/,
    ],
    [
      "applications that wait for themselves",
      set(list, `${template}, dependsOn: ["x-{{ item.n }}"]`).replace(", { n: b }", ""),
      "dev.yaml:14:76 (applicationSets.all.template.dependsOn[0]) DEPENDENCY_CYCLE",
      /x-a → x-a/,
      /Remove/,
    ],
    [
      "a set with nothing in it",
      set("list: []", template),
      "dev.yaml:13:5 (applicationSets.all.from) SET_EMPTY",
      /makes no applications: "list" gives nothing/,
      /allowEmpty: true/,
    ],
    [
      "labels that no cluster has",
      set("list: [{ n: a }], clusters: { match: { region: asia } }", template),
      "dev.yaml:13:5 (applicationSets.all.from) SET_EMPTY",
      /"clusters" gives nothing/,
      /allowEmpty/,
    ],
    [
      "no generator",
      set("", template),
      "dev.yaml:13:5 (applicationSets.all.from) CONFIG_INVALID",
      /nothing to make applications of/,
      /`list`, `folders`, `clusters`/,
    ],
    [
      "a generator that does not exist",
      set(`${list}, matrix: []`, template),
      "dev.yaml:13:41 (applicationSets.all.from.matrix) CONFIG_INVALID",
      /Unknown key "matrix"/,
      /known here/,
    ],
    [
      "a label that is no text",
      set("clusters: { match: { region: [1] } }", 'name: "{{ cluster.name }}", tenant: shop, path: x'),
      "dev.yaml:13:43 (applicationSets.all.from.clusters.match.region[0]) CONFIG_INVALID",
      /Expected text, found the number 1/,
      /quotes/,
    ],
    [
      "folders outside the source",
      set("folders: { path: ../../*, exclude: [a] }", 'name: "{{ folder.name }}", tenant: shop, path: x'),
      "dev.yaml:13:13 (applicationSets.all.from.folders) PATH_ESCAPE",
      /leads out of the source/,
      /inside/,
    ],
    [
      "two stars in a segment",
      set("folders: { path: apps/** }", 'name: "{{ folder.name }}", tenant: shop, path: x'),
      "dev.yaml:13:30 (applicationSets.all.from.folders.path) CONFIG_INVALID",
      /more than one `\*`/,
      /each level/,
    ],
    [
      "a set without a name for its applications",
      set(list, "tenant: shop, path: x"),
      "dev.yaml:14:5 (applicationSets.all.template.name) CONFIG_INVALID",
      /"name" is required/,
      /Add `name:`/,
    ],
    [
      "more applications than there may be",
      set(`${many(2_501)}, clusters: {}`, 'name: "x-{{ item.n }}-{{ cluster.name }}", tenant: shop, path: x'),
      "dev.yaml:12:3 (applicationSets.all) CONFIG_INVALID",
      /more than 5000/,
      /Split/,
    ],
    [
      "applications that are too large together",
      set(`${many(4_000)}`, `${template}, namespace: "{{ item.n }}", helm: { values: ["${"v".repeat(5_000)}"] }`),
      "dev.yaml:12:3 (applicationSets.all) CONFIG_INVALID",
      /too large/,
      /Split/,
    ],
  ];
  for (const [what, document, expected, message, fix] of refused) {
    it(`is said of ${what}`, () => {
      const finding = only(findingsOf(document));
      assert.deepEqual(brief([finding]), [expected]);
      assert.match(finding.message, message);
      assert.match(finding.fix, fix);
    });
  }

  it("is said within seconds where it is wrong with thousands, and not thousands of times", () => {
    const items = `list: [${Array.from({ length: 4_500 }, (_, n) => `{ n: "service-number-${n}" }`).join(", ")}]`;
    for (const dependency of ["{{ item.n }}-db", "{{ item.n }}"]) {
      const document = set(items, `name: "{{ item.n }}", tenant: shop, path: x, dependsOn: ["${dependency}"]`);
      let count = 0;
      const seconds = cpuSeconds(() => (count = findingsOf(document).length));
      assert.equal(count, 5, dependency);
      assert.ok(seconds < 15, `${dependency}: ${seconds} s`);
    }
  });

  it("is said of folders once the source is known", () => {
    const document = set(
      "folders: { path: apps/* }",
      'name: "{{ folder.name }}", tenant: shop, path: "{{ folder.path }}"',
    );
    assert.deepEqual(findingsOf(document), []);
    const none = only(expandFindings(document, ["other/web"]));
    assert.deepEqual(brief([none]), ["dev.yaml:13:5 (applicationSets.all.from) SET_EMPTY"]);
    assert.deepEqual(expandFindings(`${document}    allowEmpty: true\n`, ["other/web"]), []);
    const named = only(expandFindings(document, ["apps/Web", "apps/api"]));
    assert.match(named.message, /"Web" is not a DNS label \(application set "all": folder "apps\/Web"\)/);
    const taken = only(expandFindings(document, ["apps/base"]));
    assert.match(taken.message, /"base" already, of `applications.base`/);
  });

  it("is said of a template for folders as far as it can be told without them", () => {
    const wrong = (text: string) =>
      findingsOf(set("folders: { path: apps/* }", `name: "{{ folder.name }}", path: "{{ folder.path }}", ${text}`));
    assert.deepEqual(
      wrong('tenant: shop, namespace: "{{ folder.name }}", dependsOn: ["{{ folder.name }}-db", other]'),
      [],
    );
    assert.match(only(wrong("tenant: shp")).message, /no tenant "shp"/);
    assert.match(only(wrong("tenant: shop, extra: 1")).message, /Unknown key "extra"/);
    assert.match(only(wrong('tenant: shop, namespace: "{{ folder.nome }}"')).fix, /Did you mean "folder.name"/);
    assert.match(only(wrong("tenant: shop, clusters: [asia]")).message, /no cluster "asia"/);
  });

  it("is found in hostile folder names before anything is rendered", () => {
    const document = set("folders: { path: apps/* }", 'name: web, tenant: shop, path: "{{ folder.path }}"');
    for (const hostile of ["apps/a\u0007b", "apps/a%2e%2e", "apps/a\\b"]) {
      assert.equal(only(expandFindings(document, [hostile])).code, "PATH_ESCAPE", hostile);
    }
    const named = document.replace("name: web", 'name: "{{ folder.name }}"');
    for (const hostile of ["apps/{{ folder.path }}", "apps/a: b", "apps/<<", "apps/__proto__"]) {
      assert.equal(only(expandFindings(named, [hostile])).code, "NAME_INVALID", hostile);
    }
  });

  it("is found in all sets at once, beside what else is wrong", () => {
    const document = `${head}${lines(
      "  one: { from: { list: [] }, template: { name: a, tenant: shop, path: x } }",
      "  two: { from: { list: [{ n: a }] }, template: { name: '{{ item.x }}', tenant: shop, path: x } }",
      "  three: { form: {} }",
      "policy: { packs: [] }",
    )}`;
    assert.deepEqual(
      findingsOf(document).map(({ code, place }) => `${code} ${place?.field ?? ""}`),
      [
        "SET_EMPTY applicationSets.one.from",
        "CONFIG_INVALID applicationSets.two.template.name",
        "CONFIG_INVALID applicationSets.three.from",
        "CONFIG_INVALID applicationSets.three.template",
        "CONFIG_INVALID applicationSets.three.form",
        "CONFIG_INVALID policy.packs",
      ],
    );
  });
});
