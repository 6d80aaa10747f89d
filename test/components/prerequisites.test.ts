import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { prerequisites } from "../../components/prerequisites.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import { objectSettings } from "../../core/plan/settings.ts";

function planned(kind: string, name: string, spec: KubernetesObject["spec"] = {}, cluster = "eu") {
  const apiVersion = kind === "Deployment" ? "apps/v1" : "v1";
  const object: KubernetesObject = { apiVersion, kind, metadata: { name, namespace: "shop" }, spec };
  return { cluster, wave: 0, object, settings: objectSettings(object), resourceName: resourceName(cluster, object) };
}

describe("prerequisites", () => {
  it("let a workload wait for what its pods cannot start without, on its own cluster and nowhere else", () => {
    const pod = { serviceAccountName: "web", containers: [{ envFrom: [{ configMapRef: { name: "web" } }] }] };
    const objects = [
      planned("Deployment", "web", { template: { spec: pod } }),
      planned("ConfigMap", "web"),
      planned("ConfigMap", "other"),
      planned("ServiceAccount", "web"),
      planned("ServiceAccount", "web", {}, "us"),
      planned("Secret", "web"),
    ];
    const [workload] = objects;
    assert.ok(workload);
    const names = prerequisites(objects)
      .get(workload)
      ?.map((needed) => needed.resourceName);
    assert.deepEqual(names?.sort(), ["eu/shop/ConfigMap/web", "eu/shop/ServiceAccount/web"]);
  });

  const names = (objects: readonly ReturnType<typeof planned>[], of: ReturnType<typeof planned>) =>
    prerequisites(objects)
      .get(of)
      ?.map(({ resourceName: name }) => name)
      .sort();

  it("let pods come after the access of their account, the limits of their namespace, and their classes", () => {
    const pod = { serviceAccountName: "web", priorityClassName: "high", runtimeClassName: "safe" };
    const workload = planned("Deployment", "web", { template: { spec: pod } });
    const rbac = (kind: string, more: object) => {
      const item = planned(kind, "web");
      return { ...item, object: { ...item.object, apiVersion: "rbac.authorization.k8s.io/v1", ...more } };
    };
    const account = { kind: "ServiceAccount", name: "web" };
    const role = rbac("Role", {});
    const binding = rbac("RoleBinding", { subjects: [account], roleRef: { kind: "Role", name: "web" } });
    const foreign = rbac("RoleBinding", { subjects: [{ ...account, namespace: "other" }], roleRef: {} });
    const limits = planned("LimitRange", "small");
    const scheduling = planned("PriorityClass", "high");
    const high = {
      ...scheduling,
      object: { ...scheduling.object, apiVersion: "scheduling.k8s.io/v1", metadata: { name: "high" } },
    };
    const objects = [workload, role, binding, limits, high, { ...foreign, resourceName: "foreign" }];
    assert.deepEqual(names(objects, workload), [
      "eu/shop/LimitRange/small",
      "eu/shop/PriorityClass/high",
      "eu/shop/RoleBinding/web",
    ]);
    assert.deepEqual(names(objects, binding), ["eu/shop/Role/web"]);
  });
});
