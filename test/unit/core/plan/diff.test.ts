import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { sameJson } from "../../../../core/manifest/json.ts";
import { noCounts, type FieldChange } from "../../../../core/plan/change.ts";
import type { Json, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { diffObjects, diffPlans } from "../../../../core/plan/diff.ts";
import { application, configMap, environment, manifest, object, plan } from "./fixture.ts";

const withSpec = (spec: Json): KubernetesObject => object("apps/v1", "Deployment", "web", { spec });
const diffSpec = (before: Json, after: Json): readonly FieldChange[] => diffObjects(withSpec(before), withSpec(after));

describe("diffObjects", () => {
  it("names a field that was changed, added or removed", () => {
    assert.deepEqual(diffSpec({ replicas: 1, paused: true }, { replicas: 2, minReadySeconds: 5 }), [
      { path: "spec.replicas", kind: "change", before: 1, after: 2 },
      { path: "spec.paused", kind: "remove", before: true },
      { path: "spec.minReadySeconds", kind: "add", after: 5 },
    ]);
  });

  it("shows an added or removed subtree once, whole", () => {
    assert.deepEqual(diffSpec({}, { strategy: { type: "Recreate" } }), [
      { path: "spec.strategy", kind: "add", after: { type: "Recreate" } },
    ]);
    assert.deepEqual(diffSpec({ a: [1] }, { a: { b: 1 } }), [
      { path: "spec.a", kind: "change", before: [1], after: { b: 1 } },
    ]);
  });

  it("writes keys that are no identifiers in quotes", () => {
    const before = object("v1", "Pod", "a", { metadata: { annotations: { "example.com/team": "x" } } });
    const after = object("v1", "Pod", "a", { metadata: { annotations: { "example.com/team": "y" } } });
    assert.deepEqual(diffObjects(before, after), [
      { path: 'metadata.annotations["example.com/team"]', kind: "change", before: "x", after: "y" },
    ]);
  });

  it("matches items of a list by name, so that inserting one is one change", () => {
    const before = { containers: [{ name: "web", image: "web:1" }] };
    const after = {
      containers: [
        { name: "proxy", image: "proxy:1" },
        { name: "web", image: "web:2" },
      ],
    };
    assert.deepEqual(diffSpec(before, after), [
      { path: "spec.containers[name=web].image", kind: "change", before: "web:1", after: "web:2" },
      { path: "spec.containers[name=proxy]", kind: "add", after: { name: "proxy", image: "proxy:1" } },
    ]);
  });

  it("reports that named items changed places", () => {
    const [a, b] = [{ name: "a" }, { name: "b" }];
    assert.deepEqual(diffSpec({ env: [a, b] }, { env: [b, a] }), [
      { path: "spec.env", kind: "change", before: ["a", "b"], after: ["b", "a"] },
    ]);
  });

  it("compares other lists by position, from both ends", () => {
    assert.deepEqual(diffSpec({ args: ["a", "b", "c"] }, { args: ["a", "x", "b", "c"] }), [
      { path: "spec.args[1]", kind: "add", after: "x" },
    ]);
    assert.deepEqual(diffSpec({ args: ["a", "b", "c"] }, { args: ["b", "c"] }), [
      { path: "spec.args[0]", kind: "remove", before: "a" },
    ]);
    assert.deepEqual(diffSpec({ rules: [{ host: "a", x: 1 }] }, { rules: [{ host: "b", x: 1 }] }), [
      { path: "spec.rules[0].host", kind: "change", before: "a", after: "b" },
    ]);
    const twice = {
      ports: [
        { name: "a", port: 1 },
        { name: "a", port: 2 },
      ],
    };
    assert.deepEqual(
      diffSpec(twice, {
        ports: [
          { name: "a", port: 1 },
          { name: "a", port: 3 },
        ],
      }),
      [{ path: "spec.ports[1].port", kind: "change", before: 2, after: 3 }],
    );
  });

  it("finds nothing between an object and itself, and something between any two others", () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)) as Json);
    fc.assert(
      fc.property(json, json, (left, right) => {
        assert.deepEqual(diffSpec(left, structuredClone(left)), []);
        assert.equal(diffSpec(left, right).length === 0, sameJson(left, right));
      }),
    );
  });

  it("is linear in the size of what it compares", () => {
    const list = (shift: number) => Array.from({ length: 50_000 }, (_, at) => ({ name: `n${at}`, value: at + shift }));
    const started = performance.now();
    assert.equal(diffSpec({ env: list(0) }, { env: list(1) }).length, 50_000);
    assert.ok(performance.now() - started < 5_000);
  });

  describe("of Secrets", () => {
    const canary = "czNjcjN0LWNhbmFyeQ==";
    const secret = (rest: Record<string, Json>) => object("v1", "Secret", "a", rest);
    const cases: readonly (readonly [string, KubernetesObject, KubernetesObject, readonly FieldChange[]])[] = [
      [
        "a changed value",
        secret({ data: { key: canary, same: "eA==" } }),
        secret({ data: { key: `${canary}2`, same: "eA==" } }),
        [{ path: "data.key", kind: "change", before: "[secret]", after: "[secret]" }],
      ],
      [
        "an added map",
        secret({}),
        secret({ stringData: { "tls.key": canary } }),
        [{ path: "stringData", kind: "add", after: { "tls.key": "[secret]" } }],
      ],
      [
        "a removed key",
        secret({ data: { key: canary } }),
        secret({ data: {} }),
        [{ path: "data.key", kind: "remove", before: "[secret]" }],
      ],
      [
        "data of the wrong type",
        secret({ data: canary }),
        secret({ data: [canary] }),
        [{ path: "data", kind: "change", before: "[secret]", after: "[secret]" }],
      ],
      [
        "a value of the wrong type",
        secret({ data: { key: { deep: canary } } }),
        secret({ data: { key: [canary] } }),
        [{ path: "data.key", kind: "change", before: "[secret]", after: "[secret]" }],
      ],
      [
        "an object that is no longer a Secret",
        secret({ data: { key: canary } }),
        object("v1", "ConfigMap", "a", { data: { key: `${canary}2` } }),
        [
          { path: "kind", kind: "change", before: "Secret", after: "ConfigMap" },
          { path: "data.key", kind: "change", before: "[secret]", after: "[secret]" },
        ],
      ],
      [
        "kubectl's copy",
        secret({}),
        object("v1", "Secret", "a", {
          metadata: { annotations: { "kubectl.kubernetes.io/last-applied-configuration": canary, x: "y" } },
        }),
        [
          {
            path: "metadata.annotations",
            kind: "add",
            after: { "kubectl.kubernetes.io/last-applied-configuration": "[secret]", x: "y" },
          },
        ],
      ],
    ];
    for (const [what, before, after, expected] of cases) {
      it(`hides ${what}`, () => {
        const changes = diffObjects(before, after);
        const byPath = (left: FieldChange, right: FieldChange) => (left.path < right.path ? -1 : 1);
        assert.deepEqual([...changes].sort(byPath), [...expected].sort(byPath));
        assert.ok(!JSON.stringify(changes).includes(canary));
      });
    }

    it("shows the data of other kinds", () => {
      const other = (value: string) => object("example.com/v1", "Secret", "a", { data: { key: value } });
      assert.deepEqual(diffObjects(other("x"), other("y")), [
        { path: "data.key", kind: "change", before: "x", after: "y" },
      ]);
    });
  });
});

describe("diffPlans", () => {
  const data = (name: string, value: string) => manifest(object("v1", "ConfigMap", name, { data: { a: value } }));

  it("lists created, updated and deleted objects and counts the rest", () => {
    const before = plan({ web: [data("gone", "1"), data("kept", "1"), data("changed", "1")] }).plan;
    const after = plan({ web: [data("kept", "1"), data("changed", "2"), data("new", "1")] }).plan;
    const { changes, counts } = diffPlans(before, after);
    assert.deepEqual(
      changes.map(({ action, name }) => [action, name]),
      [
        ["update", "changed"],
        ["create", "new"],
        ["delete", "gone"],
      ],
    );
    assert.deepEqual(counts, {
      ...noCounts(),
      create: 1,
      update: 1,
      delete: 1,
      same: 1 + (before.tenants[0]?.objects.length ?? 0),
    });
    assert.deepEqual(changes[0], {
      action: "update",
      owner: "application/web",
      cluster: "eu",
      kind: "ConfigMap",
      namespace: "shop",
      name: "changed",
      fields: [{ path: "data.a", kind: "change", before: "1", after: "2" }],
      origin: { path: "web.yaml", document: 1, line: 1 },
    });
  });

  it("lets go of what is not to be pruned", () => {
    const keep = object("v1", "ConfigMap", "kept", {
      metadata: { annotations: { "driftless.dev/prune": "disabled" } },
    });
    const before = plan({ web: [data("a", "1"), manifest(keep)] }).plan;
    const { changes } = diffPlans(before, plan({ web: [data("a", "1")] }).plan);
    assert.deepEqual(
      changes.map(({ action, name, origin }) => [action, name, origin]),
      [["release", "kept", undefined]],
    );
  });

  it("finds nothing between equal plans", () => {
    const one = plan({ web: [data("a", "1")] }).plan;
    const other = plan({ web: [data("a", "1")] }).plan;
    assert.deepEqual(diffPlans(one, other).changes, []);
  });

  it("takes another API version for an update", () => {
    const version = (apiVersion: string) => plan({ web: [manifest(object(apiVersion, "Deployment", "a"))] }).plan;
    assert.deepEqual(
      diffPlans(version("apps/v1beta1"), version("apps/v1")).changes.map(({ action, fields }) => [action, fields]),
      [["update", [{ path: "apiVersion", kind: "change", before: "apps/v1beta1", after: "apps/v1" }]]],
    );
  });

  it("takes a move to another application for an update of its owner", () => {
    const spec = environment({ applications: { api: application(), web: application() } });
    const keep = { api: configMap("api"), web: configMap("web") };
    const before = plan({ api: [manifest(keep.api)], web: [manifest(keep.web), data("a", "1")] }, { spec }).plan;
    const after = plan({ api: [manifest(keep.api), data("a", "1")], web: [manifest(keep.web)] }, { spec }).plan;
    assert.deepEqual(
      diffPlans(before, after).changes.map(({ action, owner, fields }) => [
        action,
        owner,
        fields.map(({ path }) => path),
      ]),
      [["update", "application/api", ['metadata.annotations["driftless.dev/application"]']]],
    );
  });

  it("tells hooks that were added, changed and removed from objects, each in its phase", () => {
    const job = (name: string, phases: string, image = "a") =>
      manifest(
        object("batch/v1", "Job", name, {
          metadata: { annotations: { "driftless.dev/hook": phases } },
          spec: { image },
        }),
      );
    const before = plan({ web: [manifest(configMap("a")), job("old", "pre-delete"), job("both", "pre-deploy")] }).plan;
    const after = plan({
      web: [
        manifest(configMap("a")),
        job("new", "on-failure"),
        job("both", "pre-deploy", "b"),
        job("old", "post-deploy"),
      ],
    }).plan;
    const { changes, counts } = diffPlans(before, after);
    assert.deepEqual(
      changes.map(({ action, name, hook }) => `${action} ${name} ${hook ?? ""}`),
      ["update both pre-deploy", "create old post-deploy", "create new on-failure", "delete old pre-delete"],
    );
    const [same] = before.tenants.map(({ objects }) => objects.length + 1);
    assert.deepEqual([counts.create, counts.update, counts.delete, counts.same], [2, 1, 1, same]);
    assert.deepEqual(diffPlans(after, after).changes, []);
  });
});
