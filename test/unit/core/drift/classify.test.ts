import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { needsSecretKey } from "../../../../core/drift/classify.ts";
import type { IgnoreRule } from "../../../../core/drift/ignore.ts";
import { outcomeOf } from "../../../../core/drift/report.ts";
import { errorFinding } from "../../../../core/errors/finding.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { object } from "../plan/fixture.ts";
import { baselineOf, live, manager, scan, textsOf, verdictOf, type Case } from "./scene.ts";

const web = (spec: JsonObject = {}, container: JsonObject = {}, metadata: JsonObject = {}): KubernetesObject =>
  object("apps/v1", "Deployment", "web", {
    metadata: { namespace: "shop", labels: { app: "web" }, ...metadata },
    spec: { replicas: 2, template: { spec: { containers: [{ name: "web", image: "web:1", ...container }] } }, ...spec },
  });
const inContainer = (fields: Json): Json => ({
  "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"web"}': fields } } } },
});
const env = { env: [{ name: "DEBUG", value: "1" }] };
const debugEnv = inContainer({ "f:env": { ".": {}, 'k:{"name":"DEBUG"}': { ".": {}, "f:name": {}, "f:value": {} } } });
const container = "spec.template.spec.containers[name=web]";
const secret = (password: string): KubernetesObject =>
  object("v1", "Secret", "token", { metadata: { namespace: "shop" }, data: { password } });
const byHand = (fields: Json): JsonObject => ({ managedFields: [manager("kubectl-edit", fields)] });

describe("classify", () => {
  describe("reports", () => {
    const cases: readonly (readonly [string, Case, string, readonly string[]])[] = [
      [
        "a changed field",
        { inputs: web(), now: live(web({}, { image: "web:2" }), byHand(inContainer({ "f:image": {} }))) },
        "drifted",
        [`changed ${container}.image "web:1">"web:2" by kubectl-edit (ours)`],
      ],
      [
        "a variable that somebody added to a container",
        { inputs: web(), now: live(web({}, env), byHand(debugEnv)) },
        "drifted",
        [`added ${container}.env >[{"name":"DEBUG","value":"1"}] by kubectl-edit`],
      ],
      [
        "an added label and an added annotation",
        {
          inputs: web(),
          now: live(web({}, {}, { labels: { app: "web", x: "y" }, annotations: { a: "b" } })),
        },
        "drifted",
        ['added metadata.labels.x >"y"', 'added metadata.annotations.a >"b"'],
      ],
      [
        "a removed field of ours",
        { inputs: web({ paused: true }), now: live(web()) },
        "drifted",
        ["removed spec.paused true> (ours)"],
      ],
      [
        "a removed field that was not ours",
        { inputs: web(), then: web({ minReadySeconds: 5 }), now: live(web()) },
        "drifted",
        ["removed spec.minReadySeconds 5>"],
      ],
      [
        "a default that was changed",
        { inputs: web(), then: web({ progressDeadlineSeconds: 600 }), now: live(web({ progressDeadlineSeconds: 60 })) },
        "drifted",
        ["changed spec.progressDeadlineSeconds 600>60"],
      ],
      [
        "a changed value of a Secret, without showing it",
        { inputs: secret("b2xk"), now: live(secret("bmV3")) },
        "drifted",
        ['changed data.password "[secret]">"[secret]" (ours)'],
      ],
      [
        "an added value of a Secret, without showing it",
        { inputs: secret("b2xk"), now: live({ ...secret("b2xk"), data: { password: "b2xk", more: "bmV3" } }) },
        "drifted",
        ['added data.more >"[secret]"'],
      ],
      ["a deleted object", { inputs: web(), now: "absent" }, "deleted", []],
      [
        "an object that somebody has deleted and that is still there",
        { inputs: web(), now: live(web(), { deletionTimestamp: "2026-01-01T00:00:00Z" }) },
        "deleted",
        [],
      ],
      [
        "an object that somebody made anew, with what is different about it",
        { inputs: web(), now: live(web({ replicas: 3 }), { uid: "another" }) },
        "recreated",
        ["changed spec.replicas 2>3 (ours)"],
      ],
      ["the same object made anew", { inputs: web(), now: live(web(), { uid: "another" }) }, "recreated", []],
    ];
    for (const [what, one, verdict, expected] of cases) {
      it(what, () => {
        const found = verdictOf(one);
        assert.deepEqual([found?.verdict, textsOf(found)], [verdict, expected]);
        assert.equal(outcomeOf(scan([one]).report), "drift");
        assert.ok(!/b2xk|bmV3/.test(JSON.stringify(scan([one]).report)));
      });
    }

    it("an object that is ours and that no state knows", () => {
      const orphan = { resourceName: "eu/shop/Deployment.apps/web", owner: "application/web", object: web() };
      const { report } = scan([], { orphans: [orphan] });
      assert.deepEqual(
        report.objects.map(({ verdict, owner, cluster, name }) => [verdict, owner, cluster, name]),
        [["orphan", "application/web", "eu", "web"]],
      );
      assert.equal(outcomeOf(report), "drift");
    });

    it("a subtree in parts where several have written it", () => {
      const now = live(web({}, { env: [...env.env, { name: "X", value: "2" }] }), {
        managedFields: [
          manager("kubectl-edit", debugEnv),
          manager("agent", inContainer({ "f:env": { 'k:{"name":"X"}': {} } })),
        ],
      });
      assert.deepEqual(textsOf(verdictOf({ inputs: web(), now })), [
        `added ${container}.env[name=DEBUG].name >"DEBUG" by kubectl-edit`,
        `added ${container}.env[name=DEBUG].value >"1" by kubectl-edit`,
        `added ${container}.env[name=X].name >"X" by agent`,
        `added ${container}.env[name=X].value >"2" by agent`,
      ]);
    });

    it("a fight: a field that was taken back twice, by the same hand", () => {
      const one: Case = {
        inputs: web(),
        now: live(web({ replicas: 9 }), { managedFields: [manager("hpa", { "f:spec": { "f:replicas": {} } })] }),
      };
      const verdict = (times: number, who: string) => {
        const baseline = baselineOf([one]);
        const reverted = [{ path: "spec.replicas", manager: who, times, last: "2026-01-01T00:00:00Z" }];
        const objects = new Map([...baseline.objects].map(([name, entry]) => [name, { ...entry, reverted }]));
        const found = verdictOf(one, { baseline: { objects } });
        return [found?.verdict, found?.differences[0]?.reverted];
      };
      assert.deepEqual(verdict(2, "hpa"), ["fought-over", 2]);
      assert.deepEqual(verdict(1, "hpa"), ["drifted", 1]);
      assert.deepEqual(verdict(5, "somebody"), ["drifted", undefined]);
    });
  });

  describe("is silent about", () => {
    const revision = { annotations: { "deployment.kubernetes.io/revision": "2" } };
    const cases: readonly (readonly [string, Case])[] = [
      [
        "an object of the same version, without looking at it",
        { inputs: web(), now: live(web({ replicas: 9 }), { resourceVersion: "1" }) },
      ],
      ["status", { inputs: web(), now: live({ ...web(), status: { replicas: 2 } }) }],
      [
        "defaults",
        {
          inputs: web(),
          then: web({ progressDeadlineSeconds: 600 }),
          now: live(web({ progressDeadlineSeconds: 600 })),
        },
      ],
      [
        "an injected sidecar that was there after the update",
        {
          inputs: web(),
          then: web({ template: { spec: { containers: [{ name: "proxy" }, { name: "web", image: "web:1" }] } } }),
          now: live(web({ template: { spec: { containers: [{ name: "web", image: "web:1" }, { name: "proxy" }] } } })),
        },
      ],
      [
        "quantities of the same value",
        {
          inputs: web({}, { resources: { limits: { cpu: "1000m" } } }),
          now: live(web({}, { resources: { limits: { cpu: "1" } } })),
        },
      ],
      ["a Secret that is the same", { inputs: secret("b2xk"), now: live(secret("b2xk")) }],
    ];
    for (const [what, one] of cases) {
      it(what, () => {
        const { report } = scan([one]);
        assert.deepEqual([report.objects, report.errors, report.counts.unchanged], [[], [], 1]);
        assert.equal(outcomeOf(report), "none");
      });
    }

    it("what the cluster's controllers write, and lists it", () => {
      const by = (name: string) =>
        verdictOf({
          inputs: web(),
          now: live(web({}, {}, revision), {
            managedFields: [
              manager(name, {
                "f:metadata": { "f:annotations": { ".": {}, "f:deployment.kubernetes.io/revision": {} } },
              }),
            ],
          }),
        });
      const found = by("kube-controller-manager");
      assert.deepEqual(
        [found?.verdict, found?.ignored.map(({ path, by, reason }) => [path, by, reason])],
        [
          "unchanged",
          [
            [
              'metadata.annotations["deployment.kubernetes.io/revision"]',
              "controller",
              "the controller of Deployments counts rollouts",
            ],
          ],
        ],
      );
      assert.equal(by("kubectl-edit")?.verdict, "drifted");
    });
  });

  describe("ignores", () => {
    const scaled = live(web({ replicas: 9 }, env), {
      managedFields: [
        manager("hpa", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }),
        manager("kubectl-edit", debugEnv),
      ],
    });
    const [replicas, debug] = ["spec.replicas", `${container}.env`];
    const cases: readonly (readonly [string, readonly IgnoreRule[], readonly string[]])[] = [
      ["nothing without a rule", [], []],
      ["a pointer", [{ kind: "Deployment.apps", paths: ["/spec/replicas"] }], [replicas]],
      ["a pointer into a list", [{ paths: ["/spec/template/spec/containers/*/env"] }], [debug]],
      ["a path of jq", [{ jq: ['.spec.template.spec.containers[] | select(.name == "web") | .env'] }], [debug]],
      ["a manager", [{ managers: ["hpa"] }], [replicas]],
      ["managers by a pattern", [{ kind: "*.apps", managers: ["kubectl-*"] }], [debug]],
      ["a field of a manager", [{ paths: ["/spec"], managers: ["hpa"] }], [replicas]],
      [
        "all by two rules",
        [{ managers: ["hpa"] }, { name: "w*", namespace: "sh*", paths: ["/spec/template"] }],
        [replicas, debug],
      ],
      ["nothing of another kind", [{ kind: "StatefulSet.apps", paths: ["/spec/replicas"] }], []],
      ["nothing of another name", [{ name: "we", paths: ["/spec/replicas"] }], []],
      ["nothing of another namespace", [{ namespace: "shop-*", paths: ["/spec/replicas"] }], []],
      ["nothing of another manager", [{ managers: ["hp", "a"] }], []],
    ];
    for (const [what, rules, expected] of cases) {
      it(what, () => {
        const found = verdictOf({ inputs: web(), now: scaled }, { rules: () => rules });
        assert.deepEqual(
          [found?.ignored.map(({ path }) => path), found?.differences.map(({ path }) => path)],
          [expected, [replicas, debug].filter((path) => !expected.includes(path))],
        );
        assert.equal(found?.verdict, expected.length === 2 ? "unchanged" : "drifted");
      });
    }

    it("a part of what was added, and reports the rest", () => {
      const found = verdictOf(
        { inputs: web(), now: live(web({}, { resources: { limits: { cpu: "1", memory: "1Gi" } } })) },
        {
          rules: () => [{ jq: [".spec.template.spec.containers[].resources.limits.cpu"] }],
        },
      );
      assert.deepEqual(textsOf(found), [`added ${container}.resources.limits.memory >"1Gi"`]);
      assert.deepEqual(
        found?.ignored.map(({ path }) => path),
        [`${container}.resources.limits.cpu`],
      );
    });
  });

  describe("says that nothing is known", () => {
    const unreachable = errorFinding("CLUSTER_UNREACHABLE", "The cluster eu does not answer.", "Start it.");
    const changed: Case = { inputs: web(), now: live(web({ replicas: 9 })) };
    const entry = [...baselineOf([changed]).objects][0];
    assert.ok(entry !== undefined);
    const broken = { objects: new Map([[entry[0], { ...entry[1], live: "other" }]]) };
    const other = baselineOf([{ inputs: web({ paused: true }), now: "absent" }]);
    const cases: readonly (readonly [string, Parameters<typeof scan>[1], string])[] = [
      ["without a baseline", { baseline: undefined }, "BASELINE_MISSING"],
      ["with a baseline that lacks the object", { baseline: { objects: new Map() } }, "BASELINE_MISSING"],
      ["where something else is asked for than was then", { baseline: other }, "BASELINE_STALE"],
      ["with a damaged entry", { baseline: broken }, "BASELINE_INVALID"],
      ["of what was not asked for", { live: new Map() }, "INTERNAL"],
      [
        "of what could not be asked for",
        { live: new Map([[entry[0], { finding: unreachable }]]) },
        "CLUSTER_UNREACHABLE",
      ],
    ];
    for (const [what, changes, code] of cases) {
      it(what, () => {
        const { report } = scan([changed], changes);
        assert.deepEqual(
          [report.counts.unknown, report.errors.map(({ finding, objects }) => [finding.code, objects])],
          [1, [[code, [entry[0]]]]],
        );
        assert.equal(outcomeOf(report), "error");
      });
    }

    it("once for all objects of an owner, and not again where the cluster's error says it", () => {
      const many = ["a", "b", "c"].map((name): Case => ({
        inputs: object("v1", "ConfigMap", name, {}),
        now: "absent",
      }));
      const { report } = scan(many, { live: new Map() });
      assert.equal(report.errors.length, 1);
      assert.match(report.errors[0]?.finding.message ?? "", /^eu\/_\/ConfigMap\/a and 2 more: /);
      const objects = many.map(({ inputs }) => `eu/_/ConfigMap/${inputs.metadata.name}`);
      const known = [{ finding: unreachable, cluster: "eu", objects }];
      assert.deepEqual(scan(many, { live: new Map(), errors: known }).report.errors, known);
    });

    it("of a Secret without the key, which is needed only where a Secret has another version", () => {
      const one: Case = { inputs: secret("b2xk"), now: live(secret("b2xk")) };
      const input = {
        baseline: baselineOf([one]),
        objects: [{ resourceName: "eu/shop/Secret/token", owner: "", inputs: one.inputs }],
      };
      const now = live(secret("b2xk"));
      assert.ok(needsSecretKey({ ...input, live: new Map([["eu/shop/Secret/token", now]]) }));
      const same = live(secret("b2xk"), { resourceVersion: "1" });
      assert.ok(!needsSecretKey({ ...input, live: new Map([["eu/shop/Secret/token", same]]) }));
      assert.ok(!needsSecretKey({ ...input, live: new Map([["eu/shop/Secret/token", "absent" as const]]) }));
      const { report } = scan([one], { secretKey: undefined });
      assert.deepEqual(
        report.errors.map(({ finding }) => finding.code),
        ["BASELINE_INVALID"],
      );
    });
  });

  it("reports a deleted object without a baseline, and drift beside errors", () => {
    const { report } = scan(
      [
        { inputs: web(), now: "absent" },
        { inputs: secret("a"), now: live(secret("a")) },
      ],
      {
        baseline: undefined,
      },
    );
    assert.deepEqual([report.counts.deleted, report.counts.unknown, outcomeOf(report)], [1, 1, "error"]);
  });
});
