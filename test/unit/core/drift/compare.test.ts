import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { compare } from "../../../../core/drift/compare.ts";
import type { Json, JsonObject } from "../../../../core/manifest/manifest.ts";
import { fieldPath } from "../../../../core/plan/path.ts";
import { object } from "../plan/fixture.ts";
import { jsonObject } from "./arbitrary.ts";

const deployment = (pod: JsonObject): JsonObject =>
  object("apps/v1", "Deployment", "web", { spec: { template: { spec: pod } } });

/** What differs, as a person would read it. */
function texts(before: JsonObject, after: JsonObject): readonly string[] {
  return compare(before, after).map((difference) => {
    const path = fieldPath(difference.steps).replace("spec.template.spec.", "");
    const [old, now] = [
      "old" in difference ? JSON.stringify(difference.old) : "",
      "new" in difference ? JSON.stringify(difference.new) : "",
    ];
    return `${difference.kind} ${path} ${old}>${now}`;
  });
}
const inPod = (before: JsonObject, after: JsonObject): readonly string[] =>
  texts(deployment(before), deployment(after));
const web = (fields: JsonObject): JsonObject => ({ containers: [{ name: "web", ...fields }] });
const env = (...items: readonly (readonly [string, string])[]): Json => items.map(([name, value]) => ({ name, value }));

describe("compare", () => {
  describe("finds", () => {
    const cases: readonly (readonly [string, JsonObject, JsonObject, readonly string[]])[] = [
      [
        "a changed field of a named item",
        web({ image: "a" }),
        web({ image: "b" }),
        ['changed containers[name=web].image "a">"b"'],
      ],
      [
        "a variable that somebody added to a container",
        web({ env: env(["A", "1"]) }),
        web({ env: env(["A", "1"], ["DEBUG", "1"]) }),
        ['added containers[name=web].env[name=DEBUG] >{"name":"DEBUG","value":"1"}'],
      ],
      [
        "the first variable of a container",
        web({}),
        web({ env: env(["DEBUG", "1"]) }),
        ['added containers[name=web].env >[{"name":"DEBUG","value":"1"}]'],
      ],
      ["a removed field", web({ tty: true }), web({}), ["removed containers[name=web].tty true>"]],
      [
        "a port, told apart by number and protocol",
        web({ ports: [{ containerPort: 80, protocol: "TCP" }] }),
        web({
          ports: [
            { containerPort: 80, protocol: "TCP" },
            { containerPort: 80, protocol: "UDP" },
          ],
        }),
        ['added containers[name=web].ports[containerPort=80,protocol=UDP] >{"containerPort":80,"protocol":"UDP"}'],
      ],
      [
        "a mount, told apart by its path",
        web({ volumeMounts: [{ name: "v", mountPath: "/a" }] }),
        web({
          volumeMounts: [
            { name: "v", mountPath: "/b" },
            { name: "v", mountPath: "/a", readOnly: true },
          ],
        }),
        [
          "added containers[name=web].volumeMounts[mountPath=/a].readOnly >true",
          'added containers[name=web].volumeMounts[mountPath=/b] >{"name":"v","mountPath":"/b"}',
        ],
      ],
      [
        "an argument, by its place",
        web({ args: ["a", "b"] }),
        web({ args: ["a", "x", "b"] }),
        ['added containers[name=web].args[1] >"x"'],
      ],
      [
        "init containers that changed places",
        { initContainers: [{ name: "a" }, { name: "b" }] },
        { initContainers: [{ name: "b" }, { name: "a" }] },
        ['moved initContainers ["a","b"]>["b","a"]'],
      ],
      [
        "variables that changed places where one uses another",
        web({ env: env(["A", "1"], ["B", "$(A)"]) }),
        web({ env: env(["B", "$(A)"], ["A", "1"]) }),
        ['moved containers[name=web].env ["A","B"]>["B","A"]'],
      ],
      [
        "a capability",
        web({ securityContext: { capabilities: { add: ["B", "A"] } } }),
        web({ securityContext: { capabilities: { add: ["A", "SYS_ADMIN", "B"] } } }),
        ['added containers[name=web].securityContext.capabilities.add[=SYS_ADMIN] >"SYS_ADMIN"'],
      ],
      [
        "another quantity",
        web({ resources: { limits: { cpu: "1" } } }),
        web({ resources: { limits: { cpu: "1001m" } } }),
        ['changed containers[name=web].resources.limits.cpu "1">"1001m"'],
      ],
      [
        "a toleration that was changed",
        {
          tolerations: [
            { key: "a", effect: "NoExecute" },
            { key: "a", effect: "NoSchedule" },
          ],
        },
        {
          tolerations: [
            { key: "a", effect: "NoSchedule" },
            { key: "a", effect: "NoExecute", value: "x" },
          ],
        },
        ['added tolerations[1].value >"x"'],
      ],
    ];
    for (const [what, before, after, expected] of cases) {
      it(what, () => {
        assert.deepEqual(inPod(before, after), expected);
      });
    }

    it("each label and annotation by itself", () => {
      const named = (metadata: JsonObject) => object("v1", "ConfigMap", "a", { metadata });
      assert.deepEqual(texts(named({}), named({ annotations: { "a/b": "1", c: "2" } })), [
        'added metadata.annotations["a/b"] >"1"',
        'added metadata.annotations.c >"2"',
      ]);
      assert.deepEqual(texts(named({ labels: { a: "1" } }), named({})), ['removed metadata.labels.a "1">']);
      assert.deepEqual(texts(named({ labels: {} }), named({})), []);
    });

    it("a verb of a role and a finalizer, whatever the order", () => {
      const role = (verbs: Json) => object("rbac.authorization.k8s.io/v1", "Role", "a", { rules: [{ verbs }] });
      assert.deepEqual(texts(role(["get", "list"]), role(["*", "list", "get"])), ['added rules[0].verbs[=*] >"*"']);
      const custom = (finalizers: Json) => object("example.com/v1", "Thing", "a", { metadata: { finalizers } });
      assert.deepEqual(texts(custom(["a/b", "c/d"]), custom(["c/d"])), ['removed metadata.finalizers[=a/b] "a/b">']);
    });

    it("steps of a custom kind that changed places, which may mean something", () => {
      const task = (...names: string[]) =>
        object("tekton.dev/v1", "Task", "a", { spec: { steps: names.map((name) => ({ name })) } });
      assert.deepEqual(texts(task("a", "b"), task("b", "a")), ['moved spec.steps ["a","b"]>["b","a"]']);
    });
  });

  describe("is silent about", () => {
    const cases: readonly (readonly [string, JsonObject, JsonObject])[] = [
      [
        "quantities of the same value",
        web({ resources: { requests: { cpu: "1000m", memory: "1Gi" } } }),
        web({ resources: { requests: { cpu: 1, memory: "1024Mi" } } }),
      ],
      [
        "a port as a number and as text",
        web({ livenessProbe: { httpGet: { port: 80 } } }),
        web({ livenessProbe: { httpGet: { port: "80" } } }),
      ],
      ["the order of variables", web({ env: env(["A", "1"], ["B", "2"]) }), web({ env: env(["B", "2"], ["A", "1"]) })],
      [
        "the order of containers",
        { containers: [{ name: "a" }, { name: "b" }] },
        { containers: [{ name: "b" }, { name: "a" }] },
      ],
      [
        "the order of tolerations",
        { tolerations: [{ key: "a" }, { key: "b" }] },
        { tolerations: [{ key: "b" }, { key: "a" }] },
      ],
      ["null where nothing is", { creationTimestamp: null }, {}],
      [
        "the order of volumes with the same mounts",
        web({
          volumeMounts: [
            { name: "v", mountPath: "/a" },
            { name: "v", mountPath: "/b" },
          ],
        }),
        web({
          volumeMounts: [
            { name: "v", mountPath: "/b" },
            { name: "v", mountPath: "/a" },
          ],
        }),
      ],
    ];
    for (const [what, before, after] of cases) {
      it(what, () => {
        assert.deepEqual(inPod(before, after), []);
        assert.deepEqual(inPod(after, before), []);
      });
    }

    it("the order of peers of a network policy and of rules of a role", () => {
      const peers = (...names: string[]) =>
        object("networking.k8s.io/v1", "NetworkPolicy", "a", {
          spec: { ingress: [{ from: names.map((name) => ({ podSelector: { matchLabels: { name } } })) }] },
        });
      assert.deepEqual(texts(peers("a", "b"), peers("b", "a")), []);
      assert.equal(texts(peers("a", "b"), peers("b", "c")).length, 1);
    });
  });

  it("does not take text for a quantity outside of the fields that are quantities", () => {
    const map = (a: string) => object("v1", "ConfigMap", "a", { data: { cpu: a } });
    assert.deepEqual(texts(map("1000m"), map("1")), ['changed data.cpu "1000m">"1"']);
  });

  it("finds nothing between equal objects, and something where a field is added anywhere", () => {
    fc.assert(
      fc.property(jsonObject, fc.string({ minLength: 1 }), (spec, name) => {
        const before = object("example.com/v1", "Thing", "a", { spec });
        assert.deepEqual(compare(before, structuredClone(before)), []);
        const added = `${name}-added`;
        fc.pre(!Object.hasOwn(spec, added));
        assert.deepEqual(compare(before, { ...before, spec: { ...spec, [added]: 1 } }), [
          { steps: ["spec", added], kind: "added", new: 1 },
        ]);
      }),
    );
  });

  it("finds the same the other way round", () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (left, right) => {
        const [a, b] = [left, right].map((spec) => object("example.com/v1", "Thing", "a", { spec }));
        assert.ok(a !== undefined && b !== undefined);
        assert.equal(compare(a, b).length === 0, compare(b, a).length === 0);
      }),
    );
  });

  it("is linear in the size of what it compares", () => {
    const big = (shift: number) =>
      object("example.com/v1", "Thing", "a", {
        spec: { env: Array.from({ length: 20_000 }, (_, at) => ({ name: `n${at}`, value: at + shift })) },
      });
    const started = performance.now();
    assert.equal(compare(big(0), big(1)).length, 20_000);
    assert.ok(performance.now() - started < 5_000);
  });
});
