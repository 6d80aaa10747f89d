import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { lifecycleModules, lifecycleOf, newestKnown } from "../../../../core/api-lifecycle/lifecycle.ts";
import { minorOf } from "../../../../core/cluster/minor.ts";
import { readLifecycle } from "../../../../core/api-lifecycle/read-lifecycle.ts";

/** What the deprecation guide of Kubernetes says about removals. */
const removals: Record<string, string> = {
  "extensions/v1beta1 Deployment": "1.16",
  "apps/v1beta1 StatefulSet": "1.16",
  "apps/v1beta2 DaemonSet": "1.16",
  "extensions/v1beta1 Ingress": "1.22",
  "networking.k8s.io/v1beta1 Ingress": "1.22",
  "apiextensions.k8s.io/v1beta1 CustomResourceDefinition": "1.22",
  "apiregistration.k8s.io/v1beta1 APIService": "1.22",
  "admissionregistration.k8s.io/v1beta1 ValidatingWebhookConfiguration": "1.22",
  "rbac.authorization.k8s.io/v1beta1 ClusterRole": "1.22",
  "scheduling.k8s.io/v1beta1 PriorityClass": "1.22",
  "storage.k8s.io/v1beta1 StorageClass": "1.22",
  "batch/v1beta1 CronJob": "1.25",
  "discovery.k8s.io/v1beta1 EndpointSlice": "1.25",
  "events.k8s.io/v1beta1 Event": "1.25",
  "autoscaling/v2beta1 HorizontalPodAutoscaler": "1.25",
  "policy/v1beta1 PodDisruptionBudget": "1.25",
  "policy/v1beta1 PodSecurityPolicy": "1.25",
  "node.k8s.io/v1beta1 RuntimeClass": "1.25",
  "flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema": "1.26",
  "autoscaling/v2beta2 HorizontalPodAutoscaler": "1.26",
  "storage.k8s.io/v1beta1 CSIStorageCapacity": "1.27",
  "flowcontrol.apiserver.k8s.io/v1beta2 FlowSchema": "1.29",
  "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration": "1.32",
};

describe("the table of API versions", () => {
  for (const [what, removed] of Object.entries(removals)) {
    it(`knows that ${what} went in ${removed}`, () => {
      const [apiVersion = "", kind = ""] = what.split(" ");
      assert.equal(lifecycleOf(apiVersion, kind)?.removed, removed);
    });
  }

  it("says which modules it was made from, and how far it reaches", () => {
    const newest = lifecycleModules.find((each) => each.startsWith("k8s.io/api@"));
    assert.equal(newest, `k8s.io/api@v0.${minorOf(newestKnown) ?? ""}.0`);
  });

  it("holds no kind that is removed before it is deprecated, or deprecated before it came", () => {
    const wrong = Object.keys(removals).filter((what) => {
      const [apiVersion = "", kind = ""] = what.split(" ");
      const { introduced = "", deprecated = "", removed = "" } = lifecycleOf(apiVersion, kind) ?? {};
      const [from, until, gone] = [introduced, deprecated, removed].map((each) => minorOf(each) ?? -1);
      return from === undefined || until === undefined || gone === undefined || !(from < until && until < gone);
    });
    assert.deepEqual(wrong, []);
  });

  it("knows nothing of custom kinds", () => assert.equal(lifecycleOf("example.com/v1beta1", "Widget"), undefined));
});

describe("the reader of a Kubernetes module", () => {
  const register = 'const GroupName = "example.k8s.io"';
  const method = (kind: string, event: string, type: string, body: string) =>
    `func (in *${kind}) APILifecycle${event}() ${type} {\n\treturn ${body}\n}\n`;

  it("reads when a kind came, is deprecated and goes, and what takes its place", () => {
    const lifecycle = [
      "package v1beta1\n",
      method("Widget", "Introduced", "(major, minor int)", "1, 8"),
      method("Widget", "Deprecated", "(major, minor int)", "1, 21"),
      method(
        "Widget",
        "Replacement",
        "schema.GroupVersionKind",
        'schema.GroupVersionKind{Group: "", Version: "v1", Kind: "Widget"}',
      ),
      method("Widget", "Removed", "(major, minor int)", "1, 25"),
      method("WidgetList", "Introduced", "(major, minor int)", "1, 8"),
    ].join("\n");
    assert.deepEqual(readLifecycle({ lifecycle, register }), [
      [
        "example.k8s.io/v1beta1/Widget",
        { introduced: "1.8", deprecated: "1.21", replacement: "v1/Widget", removed: "1.25" },
      ],
    ]);
  });

  it("fails on what it cannot read, rather than leave it out", () => {
    const odd = method("Widget", "Removed", "(major, minor int)", "majorRemoved, 25");
    assert.throws(() => readLifecycle({ lifecycle: `package v1\n${odd}`, register }), /no version/);
    assert.throws(() => readLifecycle({ lifecycle: "package v1\n", register: "" }), /without group/);
  });
});
