import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { brief, build, cpuSeconds, findingsOf, head, lines, only } from "./documents.ts";

/** Three clusters; `head` names one. */
const clusters = head.replace(/clusters:.*/, "clusters: { eu: &c { local: { name: dev } }, us: *c, ap: *c }");
const shop = lines("tenants:", "  shop: { namespaces: [shop, shop-jobs], clusters: [eu, us] }");
const application = (text: string) => `${clusters}${shop}applications:\n  web: { tenant: shop, path: web, ${text} }\n`;
const tenants = (...text: readonly string[]) => `${clusters}${lines("tenants:", ...text.map((line) => `  ${line}`))}`;
const apps = (edges: Readonly<Record<string, readonly string[]>>) =>
  `${clusters}${shop}applications:\n${lines(
    ...Object.entries(edges).map(
      ([name, targets]) => `  ${name}: { tenant: shop, path: x, dependsOn: [${targets.join(", ")}] }`,
    ),
  )}`;

describe("references in an environment", () => {
  it("are filled in from environment, tenant and application", () => {
    const { spec } = build(
      `${clusters}tenants:\n  a: { namespaces: [a1, a2] }\n  b: { namespaces: [b1], clusters: [us] }\n` +
        "applications:\n  one: { tenant: a, path: x }\n  two: { tenant: b, path: x }\n" +
        "  three: { tenant: a, path: x, clusters: [ap], namespace: a2 }\n",
    );
    const resolved = Object.values(spec.applications).map(({ clusters, namespace }) => [...clusters, namespace]);
    assert.deepEqual(spec.tenants["a"]?.clusters, ["eu", "us", "ap"]);
    assert.deepEqual(resolved, [
      ["eu", "us", "ap", "a1"],
      ["us", "b1"],
      ["ap", "a2"],
    ]);
  });

  it("accept what fits together", () => {
    assert.deepEqual(findingsOf(application("clusters: [us], namespace: shop-jobs, dependsOn: []")), []);
    assert.deepEqual(findingsOf(apps({ a: ["b", "c"], b: ["c"], c: [] })), []);
  });

  it("let add-ons depend on each other, and everybody else on them", () => {
    assert.deepEqual(findingsOf(`${apps({ dns: ["certs"], certs: [], web: ["dns"] })}addons: [dns, certs]\n`), []);
  });

  it("refuse an add-on that does not exist, stands there twice, or waits for what waits for it", () => {
    const text = apps({ dns: ["web"], web: [] });
    assert.match(only(findingsOf(`${text}addons: [dsn]\n`)).fix ?? "", /Did you mean "dns"\?/);
    assert.match(only(findingsOf(`${text}addons: [web, web]\n`)).message, /"web" stands in the list twice/);
    const finding = only(findingsOf(`${text}addons: [dns]\n`));
    assert.equal(finding.place?.field, "applications.dns.dependsOn[0]");
    assert.match(finding.message, /The add-on "dns" would wait for "web", which waits for add-ons itself/);
    assert.match(finding.fix ?? "", /add "web" to `addons`/);
  });

  const refused: readonly [what: string, text: string, expected: string, message: RegExp, fix: RegExp][] = [
    [
      "a tenant that does not exist",
      application("").replace("tenant: shop", "tenant: shp"),
      "dev.yaml:11:18 (applications.web.tenant) CONFIG_INVALID",
      /no tenant "shp"/,
      /Did you mean "shop"\?/,
    ],
    [
      "a tenant named like a property of every object",
      application("").replace("tenant: shop", "tenant: tostring"),
      "dev.yaml:11:18 (applications.web.tenant) CONFIG_INVALID",
      /no tenant "tostring"/,
      /add it under `tenants`. Known: "shop"/,
    ],
    [
      "a tenant to share with that does not exist",
      tenants("shop: { namespaces: [shop] }", 'gate: { namespaces: [gate], sharedWith: ["*", shpo] }'),
      "dev.yaml:10:49 (tenants.gate.sharedWith[1]) CONFIG_INVALID",
      /no tenant "shpo"/,
      /Did you mean "shop"\?/,
    ],
    [
      "a cluster that does not exist",
      application("clusters: [eu, uss]"),
      "dev.yaml:11:50 (applications.web.clusters[1]) CONFIG_INVALID",
      /no cluster "uss"/,
      /"us"/,
    ],
    [
      "a cluster of a tenant that does not exist",
      tenants("a: { namespaces: [a], clusters: [mars] }"),
      "dev.yaml:9:36 (tenants.a.clusters[0]) CONFIG_INVALID",
      /no cluster "mars"/,
      /Known: "ap", "eu" and "us"/,
    ],
    [
      "a cluster that the tenant does not use",
      application("clusters: [ap]"),
      "dev.yaml:11:46 (applications.web.clusters[0]) CONFIG_INVALID",
      /tenant "shop" does not use the cluster "ap"/,
      /`tenants.shop.clusters`, or choose from "eu" or "us"/,
    ],
    [
      "a namespace of nobody",
      application("namespace: shopp"),
      "dev.yaml:11:46 (applications.web.namespace) CONFIG_INVALID",
      /namespace "shopp" does not belong to tenant "shop"/,
      /"shop" or "shop-jobs"/,
    ],
    [
      "a dependency that does not exist",
      application("dependsOn: [wab]"),
      "dev.yaml:11:47 (applications.web.dependsOn[0]) CONFIG_INVALID",
      /no application "wab"/,
      /"web"/,
    ],
    [
      "one namespace of two tenants",
      tenants("a: { namespaces: [x], clusters: [eu, us] }", "b: { namespaces: [y, x], clusters: [us] }"),
      "dev.yaml:10:24 (tenants.b.namespaces[1]) CONFIG_INVALID",
      /"x" on cluster "us" belongs to tenant "a"/,
      /different clusters/,
    ],
    [
      "another name than the file's",
      clusters.replace("name: dev }", "name: staging }"),
      "dev.yaml:3:19 (metadata.name) CONFIG_INVALID",
      /calls itself "staging", but its file is named for "dev"/,
      /`name: dev`/,
    ],
    [
      "no cluster at all",
      head.replace(/clusters:.*/, "clusters: {}"),
      "dev.yaml:7:1 (clusters) CONFIG_INVALID",
      /has no cluster/,
      /local: { name: dev }/,
    ],
  ];
  for (const [what, text, expected, message, fix] of refused) {
    it(`refuse ${what}`, () => {
      const finding = only(findingsOf(text));
      assert.deepEqual(brief([finding]), [expected]);
      assert.match(finding.message, message);
      assert.match(finding.fix, fix);
    });
  }

  it("allow one namespace on different clusters, and twice of one tenant's own", () => {
    assert.deepEqual(
      findingsOf(tenants("a: { namespaces: [x], clusters: [eu] }", "b: { namespaces: [x], clusters: [us] }")),
      [],
    );
  });

  for (const namespace of ["default", "kube-system", "kube-public", "kube-node-lease"]) {
    it(`refuse the namespace ${namespace}`, () => {
      const finding = only(findingsOf(tenants(`a: { namespaces: [${namespace}] }`)));
      assert.match(finding.message, /belongs to the cluster/);
    });
  }

  const twoTenants = (shared: string, application = "") =>
    `${clusters}${lines(
      "tenants:",
      "  shop: { namespaces: [shop] }",
      `  bank: { namespaces: [bank]${shared} }`,
      "applications:",
      "  web: { tenant: shop, path: web, dependsOn: [ledger] }",
      `  ledger: { tenant: bank, path: ledger${application} }`,
    )}`;

  it("refuse to wait for an application that another tenant does not share", () => {
    const finding = only(findingsOf(twoTenants("", ", sharedWith: [bank]")));
    assert.deepEqual(brief([finding]), ["dev.yaml:12:47 (applications.web.dependsOn[0]) SCOPE_DENIED"]);
    assert.match(finding.message, /application "ledger" belongs to tenant "bank", which does not share it with "shop"/);
    assert.match(finding.fix, /`applications.ledger.sharedWith: \[shop\]`/);
  });

  it("allow to wait for one that is shared, alone or with all that its tenant has", () => {
    for (const word of ["shop", '"*"']) {
      assert.deepEqual(findingsOf(twoTenants("", `, sharedWith: [${word}]`)), []);
      assert.deepEqual(findingsOf(twoTenants(`, sharedWith: [${word}]`)), []);
    }
    assert.deepEqual(brief(findingsOf(twoTenants("", ", sharedWith: [shop, shpo]"))), [
      "dev.yaml:13:60 (applications.ledger.sharedWith[1]) CONFIG_INVALID",
    ]);
  });

  const cycles: readonly [edges: Readonly<Record<string, readonly string[]>>, messages: readonly string[]][] = [
    [{ a: ["a"] }, ["a → a"]],
    [{ b: ["a"], a: ["b"] }, ["a → b → a"]],
    [{ z: ["a"], a: ["b"], b: ["c"], c: ["a"], d: [] }, ["a → b → c → a"]],
    [{ a: ["b"], b: ["a"], c: ["d"], d: ["c"] }, ["a → b → a", "c → d → c"]],
  ];
  for (const [edges, expected] of cycles) {
    it(`refuse the cycle ${expected.join(" and ")}`, () => {
      const findings = findingsOf(apps(edges));
      assert.deepEqual(
        findings.map(({ message }) => message.replace("Applications wait for each other: ", "")),
        expected.map((cycle) => `${cycle}.`),
      );
      assert.ok(findings.every(({ code }) => code === "DEPENDENCY_CYCLE"));
    });
  }

  it("finds a cycle through 5,000 applications in less than 3 s of CPU", () => {
    const size = 5_000;
    const edges = Object.fromEntries(Array.from({ length: size }, (_, i) => [`a${i}`, [`a${(i + 1) % size}`]]));
    const text = apps(edges);
    const seconds = cpuSeconds(() => {
      assert.ok(findingsOf(text).some(({ code }) => code === "DEPENDENCY_CYCLE"));
    });
    assert.ok(seconds < 3, `${seconds} s`);
  });
});

describe("the source of an environment", () => {
  const withSource = (...text: readonly string[]) => head.replace("clusters:", `  ${text.join("\n  ")}\nclusters:`);
  const refused: readonly [what: string, text: string, expected: string][] = [
    [
      "a path without `local`",
      head.replace(/repo: .*/, "repo: ../config"),
      "dev.yaml:5:9 (source.repo) GIT_URL_DENIED",
    ],
    ["http", head.replace("https:", "http:"), "dev.yaml:5:9 (source.repo) GIT_URL_DENIED"],
    ["a branch that is an option", withSource('branch: "--x"'), "dev.yaml:7:11 (source.branch) GIT_REF_INVALID"],
    ["a path above the source", withSource("path: a/../.."), "dev.yaml:7:9 (source.path) PATH_ESCAPE"],
    [
      "images above the source",
      withSource("path: a", "images: ../../i.yaml"),
      "dev.yaml:8:11 (source.images) PATH_ESCAPE",
    ],
    [
      "an absolute application",
      application("").replace("path: web", "path: /etc"),
      "dev.yaml:11:30 (applications.web.path) PATH_ESCAPE",
    ],
    [
      "values above the source",
      application("helm: { values: [../../b.yaml] }"),
      "dev.yaml:11:52 (applications.web.helm.values[0]) PATH_ESCAPE",
    ],
    [
      "values with encoded dots",
      application("helm: { values: [a/%2e%2e/x] }"),
      "dev.yaml:11:52 (applications.web.helm.values[0]) PATH_ESCAPE",
    ],
    [
      "values with a NUL",
      application('helm: { values: ["x\\0y"] }'),
      "dev.yaml:11:52 (applications.web.helm.values[0]) PATH_ESCAPE",
    ],
    [
      "values behind a URL",
      application("helm: { values: ['http://h/x'] }"),
      "dev.yaml:11:52 (applications.web.helm.values[0]) URL_SCHEME_DENIED",
    ],
    [
      "values behind file://",
      application("helm: { values: ['file:///x'] }"),
      "dev.yaml:11:52 (applications.web.helm.values[0]) URL_SCHEME_DENIED",
    ],
  ];
  for (const [what, text, expected] of refused) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(brief([only(findingsOf(text))]), [expected]);
    });
  }

  for (const repo of [
    "https://bob:s3cr3t@git.example.com/x.git",
    "https://s3cr3t@git.example.com/x.git",
    "ssh://git:s3cr3t@h/x",
  ]) {
    it(`never repeats the credentials of ${repo.slice(0, 8)}…`, () => {
      const finding = only(findingsOf(head.replace(/repo: .*/, `repo: ${repo}`)));
      assert.match(finding.code, /^GIT_URL_/);
      assert.doesNotMatch(JSON.stringify(finding), /s3cr3t/);
    });
  }
});
