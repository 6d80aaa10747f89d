import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { knownWrite, knownWrites } from "../../../../core/drift/known-controllers.ts";
import type { FieldManager } from "../../../../core/drift/report.ts";
import type { JsonObject } from "../../../../core/manifest/manifest.ts";
import { builtInKinds } from "../../../../core/plan/kinds.ts";
import type { Step } from "../../../../core/plan/path.ts";

const by = (...names: readonly string[]): readonly FieldManager[] =>
  names.map((manager) => ({ manager, operation: "Update" }));
const controller = by("kube-controller-manager");
const annotation = (name: string): readonly Step[] => ["metadata", "annotations", name];
const finalizer = (name: string): readonly [readonly Step[], JsonObject] => [
  ["metadata", "finalizers", { "": name }],
  { metadata: { finalizers: ["other", name] } },
];

describe("the table of known writes", () => {
  it("names kinds that there are, with a reason and where it says so, and every path begins with a slash", () => {
    for (const { kinds, paths, reason, source, managers } of knownWrites) {
      assert.deepEqual(
        kinds.filter((kind) => kind !== "*" && !builtInKinds.has(kind) && !kind.startsWith("APIService")),
        [],
      );
      assert.ok(paths.length > 0 && paths.every((path) => path.startsWith("/")), reason);
      assert.ok(reason !== "" && source.startsWith("https://"), reason);
      assert.ok(managers === undefined || managers.length > 0, reason);
    }
  });

  const cases: readonly (readonly [string, readonly Step[], readonly FieldManager[], JsonObject?])[] = [
    ["Deployment.apps", annotation("deployment.kubernetes.io/revision"), controller],
    ["PersistentVolumeClaim", annotation("pv.kubernetes.io/bind-completed"), controller],
    ["PersistentVolumeClaim", ["spec", "volumeName"], controller],
    ["PersistentVolumeClaim", annotation("volume.kubernetes.io/selected-node"), by("kube-scheduler")],
    [
      "PersistentVolumeClaim",
      finalizer("kubernetes.io/pvc-protection")[0],
      [],
      finalizer("kubernetes.io/pvc-protection")[1],
    ],
    ["PersistentVolume", ["spec", "claimRef", "uid"], controller],
    ["ServiceAccount", ["secrets", { name: "token-x" }], controller, { secrets: [{ name: "token-x" }] }],
    ["HorizontalPodAutoscaler.autoscaling", annotation("autoscaling.alpha.kubernetes.io/conditions"), []],
    [
      "ClusterRole.rbac.authorization.k8s.io",
      ["rules", 0, "verbs"],
      by("clusterrole-aggregation-controller"),
      { rules: [{ verbs: [] }] },
    ],
    [
      "MutatingWebhookConfiguration.admissionregistration.k8s.io",
      ["webhooks", { name: "a" }, "clientConfig", "caBundle"],
      by("cainjector"),
      { webhooks: [{ name: "a", clientConfig: { caBundle: "x" } }] },
    ],
    [
      "CustomResourceDefinition.apiextensions.k8s.io",
      ["spec", "conversion", "webhook", "clientConfig", "caBundle"],
      by("cert-manager-cainjector"),
    ],
    ["Pod", ["spec", "nodeName"], []],
    ["Node", ["spec", "taints", { key: "node.kubernetes.io/unreachable" }], controller],
  ];
  for (const [kind, steps, holders, root = {}] of cases) {
    it(`knows ${JSON.stringify(steps)} of ${kind}`, () => {
      assert.ok(knownWrite(kind, steps, holders, [root]) !== undefined);
      assert.equal(knownWrite("ConfigMap", [...steps.slice(0, -1), "another"], holders, [root]), undefined);
      if (holders.length > 0) {
        assert.equal(knownWrite(kind, steps, by("kubectl-edit"), [root]), undefined);
        assert.equal(knownWrite(kind, steps, [...holders, ...by("kubectl-edit")], [root]), undefined);
        assert.equal(knownWrite(kind, steps, [], [root]), undefined);
      }
    });
  }

  it("never holds what scales a Deployment: that is for drift.ignore", () => {
    for (const kind of ["Deployment.apps", "StatefulSet.apps"]) {
      assert.equal(knownWrite(kind, ["spec", "replicas"], controller, [{ spec: { replicas: 3 } }]), undefined);
    }
  });
});
