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
});
