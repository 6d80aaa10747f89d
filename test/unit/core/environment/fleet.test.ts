import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { describeProvenance } from "../../../../core/environment/explain.ts";
import { brief, build, findingsOf, head, lines, only } from "./documents.ts";

const clusters = head.replace(
  /clusters:.*/,
  "clusters: { eu-1: { local: { name: a }, labels: { region: eu, tier: canary } }, eu-2: { local: { name: b }, labels: { region: eu, tier: live } }, us: { local: { name: c }, labels: { region: us, tier: live } } }",
);
const fleet = (tenant: string, application: string, more = ""): string =>
  `${clusters}${lines(
    "tenants:",
    `  shop: { namespaces: [shop], ${tenant} }`,
    "applications:",
    `  web: { tenant: shop, path: web, ${application} }`,
  )}${more}`;

describe("clusters chosen by their labels", () => {
  const chosen = (tenant: string, application: string): unknown => {
    const { spec } = build(fleet(tenant, application));
    return [spec.tenants["shop"]?.clusters, spec.applications["web"]?.clusters];
  };
  const cases: readonly [what: string, tenant: string, application: string, tenants: string[], web: string[]][] = [
    ["are those of a tenant", "clusters: { match: { region: eu } }", "", ["eu-1", "eu-2"], ["eu-1", "eu-2"]],
    ["are those of an application", "", "clusters: { match: { region: us } }", ["eu-1", "eu-2", "us"], ["us"]],
    ["fit one value of a list", "", "clusters: { match: { tier: [canary, x] } }", ["eu-1", "eu-2", "us"], ["eu-1"]],
    ["fit every label", "", "clusters: { match: { region: eu, tier: live } }", ["eu-1", "eu-2", "us"], ["eu-2"]],
    [
      "are an application's only among its tenant's",
      "clusters: [eu-2, us]",
      "clusters: { match: { region: eu } }",
      ["eu-2", "us"],
      ["eu-2"],
    ],
    [
      "are all where no label is asked for",
      "clusters: { match: {} }",
      "",
      ["eu-1", "eu-2", "us"],
      ["eu-1", "eu-2", "us"],
    ],
  ];
  for (const [what, tenant, application, ofTenant, ofWeb] of cases) {
    it(what, () => assert.deepEqual(chosen(tenant, application), [ofTenant, ofWeb]));
  }

  it("are explained by the labels that chose them", () => {
    const { explain } = build(
      fleet("clusters: { match: { tier: [live, canary] } }", "clusters: { match: { region: eu } }"),
    );
    assert.deepEqual(
      ["applications.web.clusters", "tenants.shop.clusters"]
        .flatMap(explain)
        .map(({ value, setBy }) => [value, describeProvenance(setBy)]),
      [
        [["eu-1", "eu-2"], "clusters with region: eu, environments/dev.yaml:11:45"],
        [["eu-1", "eu-2", "us"], "clusters with tier: live or canary, environments/dev.yaml:9:41"],
      ],
    );
  });

  const refused: readonly [what: string, text: string, place: string, message: RegExp, fix: RegExp][] = [
    [
      "a match that fits no cluster",
      fleet("", "clusters: { match: { region: ap } }"),
      "dev.yaml:11:47 (applications.web.clusters.match) CONFIG_INVALID",
      /^No cluster of tenant "shop" has the labels that are asked for \(region: ap\)\.$/,
      /there are "region: eu", "region: us", "tier: canary" and "tier: live"/,
    ],
    [
      "a match that fits only clusters that the tenant does not use",
      fleet("clusters: [us]", "clusters: { match: { region: eu } }"),
      "dev.yaml:11:47 (applications.web.clusters.match) CONFIG_INVALID",
      /No cluster of tenant "shop"/,
      /there are "region: us" and "tier: live"/,
    ],
    [
      "a match of a tenant that fits no cluster",
      fleet("clusters: { match: { region: ap } }", ""),
      "dev.yaml:9:43 (tenants.shop.clusters.match) CONFIG_INVALID",
      /No cluster of the environment/,
      /region: eu/,
    ],
    [
      "an override for a cluster that does not exist",
      fleet("", "overrides: [{ clusters: eu1 }]"),
      "dev.yaml:11:59 (applications.web.overrides[0].clusters) CONFIG_INVALID",
      /There is no cluster "eu1"/,
      /Did you mean "eu-1"/,
    ],
    [
      "a step for labels that no cluster has",
      fleet("", "rollout: [{ clusters: { match: { tier: test } } }, { clusters: { match: {} } }]"),
      "dev.yaml:11:59 (applications.web.rollout[0].clusters.match) CONFIG_INVALID",
      /No cluster of the environment has .*tier: test/,
      /tier: canary/,
    ],
    [
      "a cluster in no step of an application",
      fleet("", "rollout: [{ clusters: eu-1 }]"),
      "dev.yaml:11:44 (applications.web.rollout) CONFIG_INVALID",
      /The clusters "eu-2" and "us" are in no step of the rollout\./,
      /`- clusters: { match: {} }` takes all that are left/,
    ],
    [
      "a cluster in no step of the environment",
      fleet("", "clusters: [eu-1, us]", lines("rollout:", "  - clusters: eu-1")),
      "dev.yaml:13:3 (rollout) CONFIG_INVALID",
      /The cluster "us" is in no step/,
      /Put it into a step/,
    ],
    [
      "a share of no clusters",
      fleet("", 'rollout: [{ clusters: { match: {} }, maxUnavailable: "0%" }]'),
      "dev.yaml:11:88 (applications.web.rollout[0].maxUnavailable) CONFIG_INVALID",
      /At least one cluster/,
      /"25%"/,
    ],
    [
      "a field that overrides do not have",
      fleet("", "overrides: [{ clusters: us, namespace: x }]"),
      "dev.yaml:11:63 (applications.web.overrides[0].namespace) CONFIG_INVALID",
      /Unknown key "namespace"/,
      /known here: "clusters", "parameters"/,
    ],
  ];
  for (const [what, text, place, message, fix] of refused) {
    it(`are refused for ${what}`, () => {
      const findings = findingsOf(text);
      assert.deepEqual(brief(findings), [place]);
      assert.match(only(findings).message, message);
      assert.match(only(findings).fix ?? "", fix);
    });
  }

  it("take the steps of the environment, of which an application may have its own or none", () => {
    const rollout = lines("rollout:", "  - clusters: eu-1", "  - clusters: { match: {} }");
    const steps = (application: string) => build(fleet("", application, rollout)).spec.applications["web"]?.rollout;
    assert.deepEqual(steps(""), [{ clusters: "eu-1" }, { clusters: { match: {} } }]);
    assert.deepEqual(steps("rollout: []"), []);
    assert.deepEqual(steps("rollout: [{ clusters: { match: {} }, maxUnavailable: 1 }]"), [
      { clusters: { match: {} }, maxUnavailable: 1 },
    ]);
    const [explained] = build(fleet("", "", rollout)).explain("applications.web.rollout");
    assert.match(
      describeProvenance(explained?.setBy ?? { by: "default", rule: "" }),
      /^inherited from rollout \(the environment's steps\)/,
    );
  });
});
