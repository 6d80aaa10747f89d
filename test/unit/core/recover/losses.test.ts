import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { lossesOf } from "../../../../core/recover/losses.ts";
import { application, configMap, environment, manifest, object, plan, tenant } from "../plan/fixture.ts";

const names = ["eu", "us"];
const spec = environment({
  clusters: Object.fromEntries(names.map((name) => [name, { local: { name } }])),
  tenants: { shop: tenant({ clusters: names }) },
  applications: { web: application({ clusters: names }) },
});
const definition = (group: string, kind: string): KubernetesObject =>
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", `${kind.toLowerCase()}s.${group}`, {
    spec: { group, names: { kind }, scope: "Namespaced", versions: [{ name: "v1", served: true, storage: true }] },
  });
const lost = (...objects: readonly KubernetesObject[]): readonly string[] =>
  lossesOf(plan({ web: objects.map((each) => manifest(each)) }, { spec }).plan, new Set(["us"])).flatMap(
    ({ objects: where }) => where,
  );
const pod = (...env: readonly JsonObject[]): KubernetesObject =>
  object("v1", "Pod", "web", {
    spec: { containers: [{ name: "web", image: "example.com/web:1", envFrom: [...env] }] },
  });

describe("what a recovery does not bring back", () => {
  it("is what was made by hand, of whatever cluster", () => {
    const [only, ...more] = lossesOf(plan({ web: [manifest(configMap("a"))] }, { spec }).plan, new Set(["us"]));
    assert.deepEqual([only?.objects, more], [[], []]);
    assert.match(only?.what ?? "", /made by hand/);
  });

  it("is data: claims, and what makes claims", () => {
    const templates = { spec: { volumeClaimTemplates: [{ metadata: { name: "data" } }] } };
    assert.deepEqual(
      lost(
        object("v1", "PersistentVolumeClaim", "orders"),
        object("apps/v1", "StatefulSet", "db", templates),
        object("apps/v1", "StatefulSet", "cache", { spec: {} }),
      ),
      ["PersistentVolumeClaim shop/orders on us", "StatefulSet shop/db on us"],
    );
  });

  it("is Secrets and ConfigMaps that pods need and Git does not hold, each once", () => {
    const needed = [
      { secretRef: { name: "token" } },
      { configMapRef: { name: "a" } },
      { configMapRef: { name: "b" } },
      { secretRef: { name: "maybe", optional: true } },
      { configMapRef: { name: "kube-root-ca.crt" } },
    ];
    assert.deepEqual(lost(pod(...needed, ...needed), configMap("a")), [
      "ConfigMap shop/b on us",
      "Secret shop/token on us",
    ]);
  });

  it("is addresses, certificates, and what controllers had made", () => {
    assert.deepEqual(
      lost(
        object("v1", "Service", "outside", { spec: { type: "LoadBalancer" } }),
        object("v1", "Service", "inside", { spec: {} }),
        object("networking.k8s.io/v1", "Ingress", "shop", { spec: {} }),
        definition("cert-manager.io", "Certificate"),
        definition("example.com", "Database"),
        object("cert-manager.io/v1", "Certificate", "shop"),
        object("example.com/v1", "Database", "orders"),
      ),
      [
        ...["Ingress shop/shop on us", "Service shop/outside on us"],
        ...["Certificate shop/shop on us", "Database shop/orders on us"],
      ],
    );
  });
});
