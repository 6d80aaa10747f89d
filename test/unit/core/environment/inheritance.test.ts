import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { describeProvenance } from "../../../../core/environment/explain.ts";
import { baseHead, brief, build, findingsOf, head, lines, only } from "./documents.ts";

const base = `${baseHead}${lines(
  "source: { branch: stable, images: images.yaml }",
  "tenants:",
  "  shop:",
  "    namespaces: [shop, jobs]",
  '    quota: { pods: "10", requests.cpu: "4" }',
  "    network: { ingressFrom: [ingress] }",
  "applications:",
  "  web: { tenant: shop, path: web, helm: { values: [a.yaml] } }",
  "  old: { tenant: shop, path: old }",
)}`;
const own = `${head}${lines(
  "tenants:",
  "  shop:",
  '    quota: { pods: "99" }',
  "    namespaces: [shop]",
  "    network: null",
  "applications:",
  "  web: { helm: { values: [b.yaml] } }",
  "  old: null",
)}`;

describe("inheritance from _base.yaml", () => {
  const { spec } = build(own, base);

  it("merges maps key by key", () => {
    assert.deepEqual(spec.tenants["shop"]?.quota, { pods: "99", "requests.cpu": "4" });
    assert.deepEqual([spec.source.branch, spec.source.images], ["stable", "images.yaml"]);
  });

  it("replaces lists and single values", () => {
    assert.deepEqual(spec.tenants["shop"]?.namespaces, ["shop"]);
    assert.deepEqual(spec.applications["web"]?.helm?.values, ["b.yaml"]);
  });

  it("takes away what is null, so that its default applies again", () => {
    assert.deepEqual(Object.keys(spec.applications), ["web"]);
    assert.deepEqual(spec.tenants["shop"]?.network, {
      ingressFrom: [],
      egressTo: [],
      ingressFromAddresses: [],
      egressToAddresses: [],
    });
  });

  it("takes nothing away where a key was left without a value", () => {
    const findings = findingsOf(`${head}tenants:\n`, base);
    assert.deepEqual(brief([only(findings)]), ["dev.yaml:8:1 (tenants) CONFIG_INVALID"]);
    assert.match(only(findings).message, /has no value/);
  });

  it("does not need a base", () => {
    assert.deepEqual(findingsOf(head), []);
  });

  it("does not inherit what the base says about itself", () => {
    assert.equal(build(head, base).spec.name, "dev");
  });

  it("points at the base for what is wrong there, once", () => {
    const wrong = base.replace("pods:", "Pods!:").replace('"4"', "4");
    assert.deepEqual(brief(findingsOf(own, wrong)), [
      '_base.yaml:7:14 (tenants.shop.quota["Pods!"]) CONFIG_INVALID',
      '_base.yaml:7:41 (tenants.shop.quota["requests.cpu"]) CONFIG_INVALID',
    ]);
  });

  it("checks what the environment replaces, too", () => {
    const findings = findingsOf(own, base.replace("[a.yaml]", "a.yaml"));
    assert.deepEqual(brief(findings), ["_base.yaml:10:51 (applications.web.helm.values) CONFIG_INVALID"]);
  });

  const bases: readonly [what: string, text: string, expected: readonly string[]][] = [
    ["a name", `${baseHead}metadata: { name: x }\n`, ["_base.yaml:3:1 (metadata) CONFIG_INVALID"]],
    ["the other kind", base.replace("EnvironmentBase", "Environment"), ["_base.yaml:2:7 (kind) CONFIG_INVALID"]],
    ["no kind", "apiVersion: driftless.dev/v1alpha1\n", ["_base.yaml:1:1 (kind) CONFIG_INVALID"]],
    ["null", `${baseHead}tenants: null\n`, ["_base.yaml:3:10 (tenants) CONFIG_INVALID"]],
    ["a syntax error", "a: b: c\n", ["_base.yaml:1:4 YAML_SYNTAX"]],
  ];
  for (const [what, text, expected] of bases) {
    it(`refuses a base with ${what}`, () => {
      assert.deepEqual(brief(findingsOf(head, text)), expected);
    });
  }

  it("reports what is wrong with the environment although the base cannot be read", () => {
    assert.deepEqual(brief(findingsOf(`${head}tenats: {}\n`, "a: b: c\n")), [
      "dev.yaml:8:1 (tenats) CONFIG_INVALID",
      "_base.yaml:1:4 YAML_SYNTAX",
    ]);
  });

  it("reports what is wrong with the base although the environment cannot be read", () => {
    assert.deepEqual(brief(findingsOf("a: b: c\n", `${baseHead}tenats: {}\n`)), [
      "dev.yaml:1:4 YAML_SYNTAX",
      "_base.yaml:3:1 (tenats) CONFIG_INVALID",
    ]);
  });
});

describe("explaining an environment", () => {
  const { explain, locate } = build(own, base);
  const told = (path: string) =>
    explain(path).map((each) => {
      const over = each.overrode === undefined ? "" : ` over ${JSON.stringify(each.overrode.value)}`;
      const line = each.overrode?.place.line === undefined ? "" : `@${each.overrode.place.line}`;
      const removed = each.removed === true ? " removed" : "";
      return `${each.path} = ${JSON.stringify(each.value)} ${describeProvenance(each.setBy)}${removed}${over}${line}`;
    });

  const explained: readonly [path: string, expected: readonly string[]][] = [
    ["source.branch", ['source.branch = "stable" environments/_base.yaml:3:19']],
    ["metadata", ['metadata.name = "dev" environments/dev.yaml:3:19']],
    [
      "tenants.shop.quota",
      [
        'tenants.shop.quota.pods = "99" environments/dev.yaml:10:20 over "10"@7',
        'tenants.shop.quota["requests.cpu"] = "4" environments/_base.yaml:7:40',
      ],
    ],
    ["tenants.shop.quota.requests.cpu", ['tenants.shop.quota["requests.cpu"] = "4" environments/_base.yaml:7:40']],
    ['tenants.shop.quota["requests.cpu"]', ['tenants.shop.quota["requests.cpu"] = "4" environments/_base.yaml:7:40']],
    [
      "tenants.shop.namespaces",
      ['tenants.shop.namespaces = ["shop"] environments/dev.yaml:11:17 over ["shop","jobs"]@6'],
    ],
    ["tenants.shop.namespaces[0]", ['tenants.shop.namespaces[0] = "shop" environments/dev.yaml:11:18 over "shop"@6']],
    [
      "tenants.shop.network",
      [
        'tenants.shop.network.ingressFrom = [] environments/dev.yaml:12:14 removed over ["ingress"]@8',
        "tenants.shop.network.egressTo = [] environments/dev.yaml:12:14 removed",
        "tenants.shop.network.ingressFromAddresses = [] environments/dev.yaml:12:14 removed",
        "tenants.shop.network.egressToAddresses = [] environments/dev.yaml:12:14 removed",
      ],
    ],
    [
      "applications.old",
      ['applications.old = null environments/dev.yaml:15:8 removed over {"tenant":"shop","path":"old"}@11'],
    ],
    [
      "applications.web.clusters",
      [
        'applications.web.clusters = ["main"] inherited from tenants.shop.clusters (the tenant\'s clusters), environments/dev.yaml:9:3',
      ],
    ],
    [
      "applications.web.namespace",
      [
        'applications.web.namespace = "shop" inherited from tenants.shop.namespaces[0] (the tenant\'s first namespace), environments/dev.yaml:11:18',
      ],
    ],
    [
      "applications.web.helm.release",
      [
        'applications.web.helm.release = "web" inherited from applications.web (the application\'s name), environments/dev.yaml:14:3',
      ],
    ],
    [
      "tenants.shop.clusters",
      ['tenants.shop.clusters = ["main"] inherited from clusters (all clusters), environments/dev.yaml:7:1'],
    ],
    [
      "applications.web.health.timeout",
      ['applications.web.health.timeout = "5m" default: How long the objects of one wave may take to become healthy.'],
    ],
  ];
  for (const [path, expected] of explained) {
    it(`says who set ${path}`, () => {
      assert.deepEqual(told(path), expected);
    });
  }

  it("explains every value of the environment where no path is given", () => {
    const paths = explain("").map(({ path }) => path);
    assert.equal(new Set(paths).size, paths.length);
    assert.ok(paths.includes("source.repo") && paths.includes("policy.packs") && paths.includes("applications.old"));
  });

  const unknown: readonly [path: string, message: RegExp, fix: RegExp][] = [
    ["applications.wob", /There is no "wob" in `applications`/, /`applications.web`/],
    ["aplications.web", /There is no "aplications" in the environment/, /`applications`/],
    ["tenants.shop.namespaces[7]", /There is no "\[7\]" in `tenants.shop.namespaces`/, /nothing below/],
    ["source.branch.x", /There is no "x" in `source.branch`/, /nothing below/],
    ["applications.constructor", /There is no "constructor"/, /It has "web" and "old"/],
  ];
  for (const [path, message, fix] of unknown) {
    it(`refuses the path ${path} and says what there is`, () => {
      assert.throws(
        () => explain(path),
        (error: Error & { code?: string }) =>
          error.code === "USAGE" && message.test(error.message) && fix.test(error.message),
      );
    });
  }

  it("locates what was written, and otherwise the nearest thing above it", () => {
    assert.deepEqual(locate(["applications", "web", "path"]), {
      file: "environments/_base.yaml",
      line: 10,
      column: 30,
      field: "applications.web.path",
    });
    assert.deepEqual(locate(["applications", "web", "namespace"]), {
      file: "environments/dev.yaml",
      line: 14,
      column: 3,
      field: "applications.web.namespace",
    });
    assert.deepEqual(locate([]), { file: "environments/dev.yaml", line: 1, column: 1 });
  });
});
