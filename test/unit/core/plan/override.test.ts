import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { buildEnvironment } from "../../../../core/environment/load.ts";
import { readYaml } from "../../../../core/environment/yaml.ts";
import { variantsOf } from "../../../../core/plan/override.ts";
import { configMap, environment, manifest, application, object, plan } from "./fixture.ts";

const document = (fields: string): string => `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { repo: "https://git.example.com/x.git", revision: ${"a".repeat(40)} }
clusters:
  eu: { local: { name: eu }, labels: { region: eu } }
  eu-2: { local: { name: eu2 }, labels: { region: eu } }
  us: { local: { name: us }, labels: { region: us } }
tenants: { shop: { namespaces: [shop] } }
applications: { web: { tenant: shop, path: web, ${fields} } }
`;

function variants(fields: string) {
  const { spec } = buildEnvironment("dev", readYaml(document(fields), "dev.yaml"), undefined);
  const web = spec.applications["web"];
  assert.ok(web !== undefined);
  return variantsOf(web, spec.clusters);
}

const brief = (fields: string, pick: (variant: ReturnType<typeof variants>[number]) => unknown): unknown =>
  variants(fields).map((variant) => [variant.application.clusters, pick(variant)]);

describe("overrides of an application", () => {
  it("are one setting for all clusters where there are none", () => {
    assert.deepEqual(
      brief("", () => ""),
      [[["eu", "eu-2", "us"], ""]],
    );
  });

  it("make one setting of clusters that are alike", () => {
    const fields =
      "parameters: { replicas: 1, name: web }, overrides: [{ clusters: { match: { region: eu } }, parameters: { replicas: 5 } }]";
    assert.deepEqual(
      brief(fields, ({ application: { parameters } }) => parameters),
      [
        [["eu", "eu-2"], { replicas: 5, name: "web" }],
        [["us"], { replicas: 1, name: "web" }],
      ],
    );
    const same = "parameters: { a: 1 }, overrides: [{ clusters: us, parameters: { a: 1 } }]";
    assert.deepEqual(
      brief(same, () => ""),
      [[["eu", "eu-2", "us"], ""]],
    );
  });

  it("let later ones win", () => {
    const fields =
      "overrides: [{ clusters: { match: {} }, parameters: { a: 1, b: 1 } }, { clusters: [us], parameters: { a: 2 } }]";
    assert.deepEqual(
      brief(fields, ({ application: { parameters } }) => parameters),
      [
        [["eu", "eu-2"], { a: 1, b: 1 }],
        [["us"], { a: 2, b: 1 }],
      ],
    );
  });

  it("lay values of a chart over its own, maps key by key", () => {
    const fields =
      "helm: { values: [a.yaml, b.yaml], valuesObject: { image: { tag: x, repository: r }, list: [1, 2] } }, " +
      "overrides: [{ clusters: us, helm: { values: [us.yaml, a.yaml], valuesObject: { image: { tag: y }, list: [3] } } }]";
    assert.deepEqual(
      brief(fields, ({ application: { helm } }) => [helm?.release, helm?.values, helm?.valuesObject]),
      [
        [
          ["eu", "eu-2"],
          ["web", ["a.yaml", "b.yaml"], { image: { tag: "x", repository: "r" }, list: [1, 2] }],
        ],
        [["us"], ["web", ["b.yaml", "us.yaml", "a.yaml"], { image: { tag: "y", repository: "r" }, list: [3] }]],
      ],
    );
  });

  it("add to a kustomization, also where the application says nothing of it", () => {
    const fields = "overrides: [{ clusters: us, kustomize: { replicas: { web: 3 }, patches: [{ path: us.yaml }] } }]";
    assert.deepEqual(
      brief(fields, ({ application: { kustomize } }) => [kustomize?.replicas, kustomize?.patches]),
      [
        [
          ["eu", "eu-2"],
          [undefined, undefined],
        ],
        [["us"], [{ web: 3 }, [{ path: "us.yaml" }]]],
      ],
    );
  });
});

describe("the plan of an application with overrides", () => {
  const clusters = { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } };
  const pod = object("v1", "Pod", "web", { spec: { containers: [{ name: "web", image: "web:1" }] } });
  const planned = (overrides: Parameters<typeof application>[0] = {}) => {
    const web = application({ clusters: ["us", "eu"], ...overrides });
    const tenants = environment().tenants;
    const [name, shop] = Object.entries(tenants)[0] ?? [];
    assert.ok(name !== undefined && shop !== undefined);
    const spec = environment({
      clusters,
      tenants: { [name]: { ...shop, clusters: ["eu", "us"] } },
      applications: { web },
    });
    return plan({ web: [manifest(pod), manifest(configMap("a"))] }, { spec, images: { web: { tag: "2" } } });
  };

  it("has images of its own where they are overridden, in the order of any plan", () => {
    const { plan: result, findings } = planned({
      overrides: [{ clusters: "us", images: { web: { tag: "3" }, worker: { tag: "1" } } }],
    });
    const [web] = result.applications;
    assert.deepEqual(
      web?.objects.map(({ resourceName, object }) => [resourceName, JSON.stringify(object).match(/web:[0-9]/)?.[0]]),
      [
        ["eu/shop/ConfigMap/a", undefined],
        ["eu/shop/Pod/web", "web:2"],
        ["us/shop/ConfigMap/a", undefined],
        ["us/shop/Pod/web", "web:3"],
      ],
    );
    assert.deepEqual(web.clusters, ["eu", "us"]);
    assert.deepEqual(
      findings.map(({ code, message }) => [code, message]),
      [["IMAGE_UNUSED", 'No manifest of application "web" uses the image "worker" of its overrides.']],
    );
  });

  it("says what is wrong on several clusters once", () => {
    const bad = object("v1", "ConfigMap", "a", { metadata: { namespace: "other" } });
    const web = application({
      clusters: ["eu", "us"],
      overrides: [{ clusters: "us", images: {}, health: { timeout: "9m" } }],
    });
    const shop = environment().tenants["shop"];
    assert.ok(shop !== undefined);
    const spec = environment({
      clusters,
      tenants: { shop: { ...shop, clusters: ["eu", "us"] } },
      applications: { web },
    });
    const { plan: result, findings } = plan({ web: [manifest(bad)] }, { spec });
    assert.equal(findings.length, 1);
    assert.deepEqual(result.applications[0]?.timeouts, { us: 540 });
    assert.equal(result.applications[0].timeoutSeconds, 300);
  });

  it("keeps its digest where overrides change nothing, and has another where they do", () => {
    const digest = (changes: Parameters<typeof planned>[0] = {}): string => planned(changes).plan.digest;
    assert.equal(digest({ overrides: [] }), digest());
    assert.equal(digest({ overrides: [{ clusters: "us", images: { web: { tag: "2" } } }] }), digest());
    assert.notEqual(digest({ overrides: [{ clusters: "us", images: { web: { tag: "3" } } }] }), digest());
    assert.notEqual(digest({ overrides: [{ clusters: "us", health: { timeout: "9m" } }] }), digest());
  });

  it("has its rollout in the digest, unless that is a single step", () => {
    const rollout = (steps: NonNullable<Parameters<typeof planned>[0]>["rollout"] = []) =>
      planned({ rollout: steps }).plan;
    assert.equal(rollout([{ clusters: { match: {} } }]).digest, rollout().digest);
    assert.notEqual(rollout([{ clusters: "us" }, { clusters: "eu" }]).digest, rollout().digest);
    assert.deepEqual(rollout([{ clusters: "us" }, { clusters: "eu" }]).applications[0]?.rollout, [
      { step: 1, clusters: ["us"] },
      { step: 2, clusters: ["eu"] },
    ]);
  });
});
