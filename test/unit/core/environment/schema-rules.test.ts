import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { brief, build, findingsOf, head, lines, only, revision } from "./documents.ts";

const tenants = lines("tenants:", "  shop: { namespaces: [shop] }");
const withTenant = (text: string) => `${head}tenants:\n  shop:\n    namespaces: [shop]\n    ${text}\n`;
const withApplication = (text: string) =>
  `${head}${tenants}applications:\n  web: { tenant: shop, path: web, ${text} }\n`;
const withRevision = (text: string) => head.replace(revision, text);
const withName = (name: string) => `${head}tenants:\n  ${name}: { namespaces: [shop] }\n`;

describe("the schema of an environment", () => {
  it("needs no more than a source and a cluster", () => {
    const { spec } = build(head);
    assert.deepEqual(spec, {
      name: "dev",
      source: {
        repo: "https://git.example.com/shop/config.git",
        branch: "main",
        revision,
        path: ".",
        remoteBases: [],
        local: false,
      },
      clusters: { main: { local: { name: "dev" } } },
      tenants: {},
      applications: {},
      addons: [],
      applicationSets: {},
      members: {},
      policy: { preset: [], packs: ["policies"], config: {}, exceptions: [], waivable: [] },
      healthChecks: [],
      safety: { maxDeletions: "10%", freeze: [] },
      approvals: { required: 0, from: [], people: {} },
      delivery: { continueOnError: true },
      rollout: [],
      drift: { ignore: [], heal: "report", healLimit: { times: 3, per: "1h" } },
      forges: {},
      promotion: undefined,
      imageUpdates: undefined,
    });
  });

  it("fills in every default of a tenant and an application", () => {
    const { spec } = build(`${head}${tenants}applications:\n  web: { tenant: shop, path: web, helm: {} }\n`);
    assert.deepEqual(spec.tenants["shop"], {
      namespaces: ["shop"],
      clusters: ["main"],
      quota: {},
      podSecurity: "restricted",
      network: { ingressFrom: [], egressTo: [], ingressFromAddresses: [], egressToAddresses: [] },
      access: { admin: [], edit: [], view: [] },
      sharedWith: [],
      deployAs: "tenant",
      allow: { clusterKinds: [], namespacedKinds: [], networkPolicies: false, roleBindings: [] },
      safety: { freeze: [] },
    });
    assert.deepEqual(spec.applications["web"], {
      tenant: "shop",
      clusters: ["main"],
      namespace: "shop",
      path: "web",
      helm: {
        release: "web",
        values: [],
        ignoreMissingValues: false,
        valuesObject: {},
        skipCrds: false,
        skipTests: false,
        skipSchemaValidation: false,
        repositories: [],
      },
      overrides: [],
      rollout: [],
      dependsOn: [],
      sharedWith: [],
      health: { timeout: "5m" },
      prune: {
        enabled: true,
        confirm: ["PersistentVolumeClaim", "Namespace", "CustomResourceDefinition.apiextensions.k8s.io"],
        propagation: "foreground",
      },
      apply: { forceConflicts: false, replace: [] },
      drift: { ignore: [], heal: "report", healLimit: { times: 3, per: "1h" } },
      safety: { maxDeletions: "50%", freeze: [] },
      rollback: { onFailure: "none", limit: 1 },
    });
  });

  const accepted: readonly [what: string, text: string][] = [
    [
      "quantities",
      withTenant('quota: { pods: "200", requests.cpu: 500m, requests.memory: 1.5Gi, count/jobs.batch: "5" }'),
    ],
    ["limits", withTenant("limits: { default: { cpu: 500m }, defaultRequest: { memory: 64Mi } }")],
    [
      "subjects",
      withTenant('access: { admin: ["group:a b".x, "user:me@example.com"] }'.replace('"group:a b".x, ', "")),
    ],
    ["kinds", withTenant("allow: { clusterKinds: [ClusterRole.rbac.authorization.k8s.io], namespacedKinds: [Foo] }")],
    [
      "rules for fields that something else sets",
      withApplication(
        "drift: { ignore: [{ kind: Deployment.apps, name: web, paths: [/spec/replicas, /metadata/labels/a~1b] }] }",
      ),
    ],
    [
      "rules for the whole environment, by paths, by jq and by manager",
      `${head}drift: { ignore: [{ kind: "*.apps", namespace: "shop*", paths: [/spec/template/spec/containers/*/image] }, { jq: ['.spec | select(.replicas == 1).replicas'] }, { managers: [kube-*] }] }\n`,
    ],
    ["limits of deletions", `${head}safety: { maxDeletions: 5 }\n`],
    [
      "freeze windows",
      `${head}safety:\n  freeze: [{ cron: "0 18 * * FRI", duration: 62h, timezone: Europe/Berlin }]\n`,
    ],
    ["durations", withApplication("health: { timeout: 1h30m5s }")],
    ["values from the root of the source and by pattern", withApplication('helm: { values: ["/shared/*.yaml"] }')],
    ["paths that stay inside the source", withApplication("helm: { values: [../shared/values.yaml, values.yaml] }")],
    ["a kubeconfig without settings", head.replace("{ local: { name: dev } }", "{ kubeconfig: {} }")],
    ["an ssh address", head.replace("https://git", "ssh://git@git")],
    ["a local repository", head.replace("https://git.example.com/shop/config.git", "demo/config.git\n  local: true")],
    ["settings of policies, whatever they are", `${head}policy: { config: { a: { b: [1, true, x] } } }\n`],
  ];
  for (const [what, text] of accepted) {
    it(`accepts ${what}`, () => {
      assert.deepEqual(findingsOf(text), []);
    });
  }

  const refused: readonly [what: string, text: string, expected: string][] = [
    ["an unknown key at the top", `${head}saftey: {}\n`, "dev.yaml:8:1 (saftey) CONFIG_INVALID"],
    [
      "an ignored field that is no JSON pointer",
      withApplication("drift: { ignore: [{ kind: Pod, paths: [spec.x] }] }"),
      "dev.yaml:11:74 (applications.web.drift.ignore[0].paths[0]) CONFIG_INVALID",
    ],
    [
      "a rule that ignores nothing",
      `${head}drift: { ignore: [{ kind: Pod }] }\n`,
      "dev.yaml:8:19 (drift.ignore[0]) CONFIG_INVALID",
    ],
    [
      "a path of jq that cannot be read",
      `${head}drift: { ignore: [{ jq: [".spec | keys"] }] }\n`,
      "dev.yaml:8:26 (drift.ignore[0].jq[0]) CONFIG_INVALID",
    ],
    ...[".", ".metadata", ".metadata.labels", ".metadata[]", '. | select(.kind == "Pod")'].map(
      (path): [string, string, string] => [
        `a path of jq that means what makes an object ours: ${path}`,
        `${head}drift: { ignore: [{ jq: ['${path}'] }] }\n`,
        "dev.yaml:8:26 (drift.ignore[0].jq[0]) CONFIG_INVALID",
      ],
    ),
    [
      "all annotations at once",
      `${head}drift: { ignore: [{ paths: [/metadata/annotations/*] }] }\n`,
      "dev.yaml:8:29 (drift.ignore[0].paths[0]) CONFIG_INVALID",
    ],
    [
      "a limit of more than all",
      `${head}safety: { maxDeletions: 101% }\n`,
      "dev.yaml:8:25 (safety.maxDeletions) CONFIG_INVALID",
    ],
    [
      "a freeze window in no known time zone",
      `${head}safety:\n  freeze:\n    - { cron: "0 18 * * FRI", duration: 62h, timezone: Mars/Base }\n`,
      "dev.yaml:10:56 (safety.freeze[0].timezone) CONFIG_INVALID",
    ],
    [
      "a freeze window of a tenant that nobody can evaluate",
      `${head}tenants:\n  shop:\n    namespaces: [shop]\n    safety: { freeze: [{ cron: "0 18 * * FRI", duration: 1h, timezone: Mars/Base }] }\n`,
      "dev.yaml:11:72 (tenants.shop.safety.freeze[0].timezone) CONFIG_INVALID",
    ],
    [
      "a freeze window that never comes",
      `${head}safety:\n  freeze:\n    - { cron: 0 0 31 2 *, duration: 1h }\n`,
      "dev.yaml:10:15 (safety.freeze[0].cron) CONFIG_INVALID",
    ],
    [
      "a freeze window of more than a month",
      `${head}safety:\n  freeze:\n    - { cron: 0 0 * * *, duration: 745h }\n`,
      "dev.yaml:10:36 (safety.freeze[0].duration) CONFIG_INVALID",
    ],
    [
      "a limit below nothing",
      withApplication("safety: { maxDeletions: -1 }"),
      "dev.yaml:11:59 (applications.web.safety.maxDeletions) CONFIG_INVALID",
    ],
    [
      "an ignored name",
      withApplication("drift: { ignore: [{ kind: Pod, paths: [/metadata/name] }] }"),
      "dev.yaml:11:74 (applications.web.drift.ignore[0].paths[0]) CONFIG_INVALID",
    ],
    ["an unknown key below", withTenant("quotas: {}"), "dev.yaml:11:5 (tenants.shop.quotas) CONFIG_INVALID"],
    ["a merge key", withTenant("<<: {}"), 'dev.yaml:11:5 (tenants.shop["<<"]) CONFIG_INVALID'],
    ["a number for text", withTenant("quota: { pods: 20 }"), "dev.yaml:11:20 (tenants.shop.quota.pods) CONFIG_INVALID"],
    ["no quantity", withTenant("quota: { cpu: 5x }"), "dev.yaml:11:19 (tenants.shop.quota.cpu) CONFIG_INVALID"],
    [
      "a choice of clusters that is none",
      withTenant("clusters: {}"),
      "dev.yaml:11:5 (tenants.shop.clusters.match) CONFIG_INVALID",
    ],
    ["an empty list", withTenant("clusters: []"), "dev.yaml:11:15 (tenants.shop.clusters) CONFIG_INVALID"],
    [
      "a word out of no list",
      withTenant("podSecurity: strict"),
      "dev.yaml:11:18 (tenants.shop.podSecurity) CONFIG_INVALID",
    ],
    ["no subject", withTenant("access: { view: [me] }"), "dev.yaml:11:22 (tenants.shop.access.view[0]) CONFIG_INVALID"],
    [
      "no kind",
      withTenant("allow: { clusterKinds: [foo] }"),
      "dev.yaml:11:29 (tenants.shop.allow.clusterKinds[0]) CONFIG_INVALID",
    ],
    [
      "an entry twice",
      withTenant("clusters: [main, main]"),
      "dev.yaml:11:22 (tenants.shop.clusters[1]) CONFIG_INVALID",
    ],
    [
      "no block of addresses",
      withTenant("network: { egressToAddresses: [{ cidr: 203.0.113.0/33 }] }"),
      "dev.yaml:11:44 (tenants.shop.network.egressToAddresses[0].cidr) CONFIG_INVALID",
    ],
    [
      "a port that no machine has",
      withTenant('network: { egressToAddresses: [{ cidr: "::/0", ports: [443, "8000-70000"] }] }'),
      "dev.yaml:11:65 (tenants.shop.network.egressToAddresses[0].ports[1]) CONFIG_INVALID",
    ],
    [
      "an account without its namespace",
      withTenant("allow: { roleBindings: ['serviceaccount:prometheus'] }"),
      "dev.yaml:11:29 (tenants.shop.allow.roleBindings[0]) CONFIG_INVALID",
    ],
    ["a key without a value", withTenant("quota:"), "dev.yaml:11:5 (tenants.shop.quota) CONFIG_INVALID"],
    [
      "null where nothing is inherited",
      withTenant("quota: null"),
      "dev.yaml:11:12 (tenants.shop.quota) CONFIG_INVALID",
    ],
    [
      "text for true or false",
      head.replace("clusters:", '  local: "yes"\nclusters:'),
      "dev.yaml:7:10 (source.local) CONFIG_INVALID",
    ],
    ["another version", head.replace("v1alpha1", "v2"), "dev.yaml:1:13 (apiVersion) CONFIG_INVALID"],
    ["another kind", head.replace("kind: Environment", "kind: EnvironmentBase"), "dev.yaml:2:7 (kind) CONFIG_INVALID"],
    [
      "a missing field",
      `${head}${tenants}applications:\n  web: { tenant: shop }\n`,
      "dev.yaml:11:3 (applications.web.path) CONFIG_INVALID",
    ],
    ["a missing section", head.replace(/clusters:.*\n/, ""), "dev.yaml:1:1 (clusters) CONFIG_INVALID"],
    [
      "a duration without a unit",
      withApplication("health: { timeout: '5' }"),
      "dev.yaml:11:54 (applications.web.health.timeout) CONFIG_INVALID",
    ],
    [
      "a negative duration",
      withApplication("health: { timeout: -1s }"),
      "dev.yaml:11:54 (applications.web.health.timeout) CONFIG_INVALID",
    ],
    [
      "no duration",
      withApplication("health: { timeout: 0s }"),
      "dev.yaml:11:54 (applications.web.health.timeout) CONFIG_INVALID",
    ],
    [
      "a duration over a day",
      withApplication("health: { timeout: 24h1s }"),
      "dev.yaml:11:54 (applications.web.health.timeout) CONFIG_INVALID",
    ],
    [
      "a duration that overflows",
      withApplication("health: { timeout: 9999999h }"),
      "dev.yaml:11:54 (applications.web.health.timeout) CONFIG_INVALID",
    ],
  ];
  for (const [what, text, expected] of refused) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(brief([only(findingsOf(text))]), [expected]);
    });
  }

  const names = [
    "''",
    "../../x",
    "a/b",
    ".",
    "Shop",
    "a_b",
    "-a",
    "a-",
    "a.b",
    "ѕhop",
    "a\u202eb",
    `"${"a".repeat(300)}"`,
  ];
  for (const name of [...names, "__proto__", "constructor", "prototype"]) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 20))}`, () => {
      const finding = only(findingsOf(withName(name)));
      assert.equal(finding.code, "NAME_INVALID");
      assert.deepEqual([finding.place?.line, finding.place?.column], [9, 3]);
      assert.match(finding.message, /^[ -~…]*$/);
      assert.equal(Reflect.get({}, "namespaces"), undefined);
    });
  }

  it("refuses a name that is a value as well", () => {
    const finding = only(findingsOf(head.replace("name: dev }", "name: __proto__ }")));
    assert.deepEqual(brief([finding]), ["dev.yaml:3:19 (metadata.name) NAME_INVALID"]);
  });

  it("looks at a value whose name is wrong", () => {
    const findings = findingsOf(`${head}tenants:\n  Shop: { namespace: [shop] }\n`);
    assert.deepEqual(brief(findings), [
      "dev.yaml:9:3 (tenants.Shop) NAME_INVALID",
      "dev.yaml:9:3 (tenants.Shop.namespaces) CONFIG_INVALID",
      "dev.yaml:9:11 (tenants.Shop.namespace) CONFIG_INVALID",
    ]);
  });

  const revisions: readonly [what: string, text: string, message: RegExp][] = [
    ["a branch", "main", /"main" is a branch, a tag or no revision/],
    ["a tag", "v1.2.3", /"v1.2.3" is a branch, a tag/],
    ["a short id", "0123abc", /"0123abc" is a short commit id/],
    ["a relative revision", "HEAD~1", /"HEAD~1" is a branch, a tag or no revision/],
    ["an id in capitals", revision.toUpperCase(), /has upper-case digits/],
    ["41 digits", `${revision}a`, /is no commit id/],
    ["nothing", '""', /No revision is set/],
  ];
  for (const [what, text, message] of revisions) {
    it(`refuses ${what} as revision and says what pins one`, () => {
      const finding = only(findingsOf(withRevision(text)));
      assert.deepEqual(brief([finding]), ["dev.yaml:6:13 (source.revision) REVISION_INVALID"]);
      assert.match(finding.message, message);
      assert.match(finding.message, /only a full commit id of 40 lower-case hex digits is read/);
      assert.match(finding.fix, /`driftless pin dev`/);
    });
  }

  it("says what to write instead of no policy packs", () => {
    const finding = only(findingsOf(`${head}policy: { packs: [] }\n`));
    assert.deepEqual(brief([finding]), ["dev.yaml:8:18 (policy.packs) CONFIG_INVALID"]);
    assert.equal(finding.fix, "List at least one folder, or remove the line: the default is `[policies]`.");
  });

  it("says how to begin where the revision is missing", () => {
    for (const [text, place] of [
      ["", "4:1"],
      ["  revision:\n", "6:3"],
    ] as const) {
      const finding = only(findingsOf(head.replace(/ {2}revision.*\n/, text)));
      assert.deepEqual(brief([finding]), [`dev.yaml:${place} (source.revision) CONFIG_INVALID`]);
      assert.match(finding.fix, /^Run `driftless pin dev`: it resolves `source.branch`/);
    }
  });

  it("can be read as if it were pinned already", () => {
    for (const text of [withRevision("main"), head.replace(/ {2}revision.*\n/, ""), head]) {
      assert.equal(build(text, undefined, { revision: "f".repeat(40) }).spec.source.revision, "f".repeat(40));
    }
  });
});

describe("the words of a finding", () => {
  const cluster = (text: string) => head.replace("{ local: { name: dev } }", text);
  const words: readonly [what: string, text: string, message: RegExp, fix: RegExp][] = [
    [
      "suggest the nearest key",
      `${head}aplications: {}\n`,
      /Unknown key "aplications"/,
      /Did you mean "applications"\?/,
    ],
    [
      "list the keys where none is near",
      `${head}zzz: {}\n`,
      /Unknown key "zzz"/,
      /known here: "apiVersion", .* and "imageUpdates"/,
    ],
    [
      "suggest the nearest choice",
      withTenant("podSecurity: restrictd"),
      /found the text "restrictd"/,
      /"restricted"\?/,
    ],
    [
      "show how to quote a number",
      withTenant("quota: { pods: 20 }"),
      /Expected text, found the number 20/,
      /quotes: "20"/,
    ],
    [
      "say what a list is for",
      withTenant("clusters: main"),
      /Expected a list, found the text "main"/,
      /Clusters that the tenant uses/,
    ],
    [
      "say what an empty key may become",
      withTenant("quota:"),
      /"quota" has no value/,
      /write `null` to remove an inherited/,
    ],
    [
      "say the keys of a cluster",
      cluster("{ kubconfig: {} }"),
      /exactly one of the keys "kubeconfig", "local" or "eks"; found "kubconfig"/,
      /"kubeconfig"\?/,
    ],
    [
      "say the keys of an empty cluster",
      cluster("{}"),
      /exactly one of the keys "kubeconfig", "local" or "eks"; found a map/,
      /local: { name/,
    ],
    [
      "refuse two ways to be a cluster",
      cluster("{ local: { name: dev }, kubeconfig: {} }"),
      /exactly one of .* here are 2/,
      /Keep one/,
    ],
    [
      "look into the one way that was chosen",
      cluster("{ local: { nam: dev, name: dev } }"),
      /Unknown key "nam" in `clusters.main.local`/,
      /"name"/,
    ],
  ];
  for (const [what, text, message, fix] of words) {
    it(what, () => {
      const finding = only(findingsOf(text));
      assert.match(finding.message, message);
      assert.match(finding.fix, fix);
    });
  }

  it("shorten what is long and escape what a terminal would act on", () => {
    const { message } = only(findingsOf(withTenant(`podSecurity: "\\e[31m\\u202e${"x".repeat(500)}"`)));
    assert.match(message, /^[ -~…]*$/);
    assert.ok(message.length < 200, message);
  });
});
