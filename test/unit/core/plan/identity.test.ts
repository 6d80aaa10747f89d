import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  aliasTypes,
  componentTypes,
  nameOfIdentity,
  objectOfUrn,
  ownerOfUrn,
  parseResourceName,
  parseUrn,
  resourceName,
  resourceType,
} from "../../../../core/plan/identity.ts";

// Literals on purpose: a change here replaces live resources of every user.
describe("identity", () => {
  it("never changes the types of components", () => {
    assert.deepEqual(componentTypes, {
      environment: "driftless:index:Environment",
      cluster: "driftless:index:Cluster",
      tenant: "driftless:index:Tenant",
      application: "driftless:index:Application",
    });
  });

  const objects = [
    ["v1", "ConfigMap", "shop", "settings", "kubernetes:core/v1:ConfigMap", "eu/shop/ConfigMap/settings"],
    ["v1", "Namespace", undefined, "shop", "kubernetes:core/v1:Namespace", "eu/_/Namespace/shop"],
    ["apps/v1", "Deployment", "shop", "web", "kubernetes:apps/v1:Deployment", "eu/shop/Deployment.apps/web"],
    [
      "rbac.authorization.k8s.io/v1",
      "ClusterRole",
      undefined,
      "system:shop::reader",
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
      "eu/_/ClusterRole.rbac.authorization.k8s.io/system:shop::reader",
    ],
    [
      "cert-manager.io/v1",
      "Certificate",
      "shop",
      "web",
      "kubernetes:cert-manager.io/v1:Certificate",
      "eu/shop/Certificate.cert-manager.io/web",
    ],
  ] as const;
  for (const [apiVersion, kind, namespace, name, type, resource] of objects) {
    const object = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
    it(`never changes the type and name of ${apiVersion} ${kind}`, () => {
      assert.equal(resourceType(object), type);
      assert.equal(resourceName("eu", object), resource);
    });

    it(`reads ${apiVersion} ${kind} back from its URN`, () => {
      const urn = `urn:pulumi:production::driftless::${componentTypes.environment}$${componentTypes.application}$${type}::${resource}`;
      assert.deepEqual(parseUrn(urn), { type, name: resource });
      assert.equal(nameOfIdentity(objectOfUrn(urn) ?? assert.fail()), resource);
      const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0] ?? ""}` : "";
      assert.deepEqual(objectOfUrn(urn), {
        cluster: "eu",
        kind: `${kind}${group}`,
        ...(namespace === undefined ? {} : { namespace }),
        name,
      });
      assert.equal(ownerOfUrn(urn), undefined);
    });
  }

  it("names the owner that a component's URN stands for", () => {
    const urn = (type: string, name: string) => `urn:pulumi:dev::driftless::${type}::${name}`;
    assert.equal(ownerOfUrn(urn(componentTypes.environment, "dev")), "environment");
    assert.equal(
      ownerOfUrn(urn(`${componentTypes.environment}$${componentTypes.application}`, "shop")),
      "application/shop",
    );
    assert.equal(ownerOfUrn(urn(`${componentTypes.environment}$${componentTypes.tenant}`, "pay")), "tenant/pay");
    assert.equal(ownerOfUrn(urn(`${componentTypes.environment}$${componentTypes.cluster}`, "eu")), "cluster/eu");
  });

  it("does not take other resources for its own", () => {
    for (const urn of [
      "",
      "not a urn",
      "urn:pulumi:dev::driftless::pulumi:pulumi:Stack::driftless-dev",
      "urn:pulumi:dev::driftless::pulumi:providers:kubernetes::eu",
      "urn:pulumi:dev::driftless::kubernetes:core/v1:ConfigMap::by-hand",
    ]) {
      assert.equal(objectOfUrn(urn), undefined, urn);
      assert.equal(ownerOfUrn(urn), undefined, urn);
    }
    for (const name of ["", "eu", "eu/_/Namespace", "eu//Namespace/x", "eu/_/Namespace/x/y"]) {
      assert.equal(parseResourceName(name), undefined, name);
    }
  });

  it("knows the other versions of a built-in kind, forward and back", () => {
    assert.deepEqual(aliasTypes("kubernetes:apps/v1:Deployment"), [
      "kubernetes:apps/v1beta2:Deployment",
      "kubernetes:apps/v1beta1:Deployment",
    ]);
    assert.deepEqual(aliasTypes("kubernetes:autoscaling/v1:HorizontalPodAutoscaler"), [
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
      "kubernetes:autoscaling/v2beta2:HorizontalPodAutoscaler",
      "kubernetes:autoscaling/v2beta1:HorizontalPodAutoscaler",
    ]);
    assert.deepEqual(aliasTypes("kubernetes:core/v1:ConfigMap"), []);
    assert.deepEqual(aliasTypes("kubernetes:batch/v1:Job"), []);
  });

  it("assumes the usual sibling versions for a custom kind", () => {
    assert.deepEqual(aliasTypes("kubernetes:cert-manager.io/v1beta1:Certificate"), [
      "kubernetes:cert-manager.io/v1:Certificate",
      "kubernetes:cert-manager.io/v1beta2:Certificate",
      "kubernetes:cert-manager.io/v1alpha1:Certificate",
      "kubernetes:cert-manager.io/v1alpha2:Certificate",
      "kubernetes:cert-manager.io/v2:Certificate",
    ]);
    assert.deepEqual(aliasTypes("pulumi:providers:kubernetes"), []);
  });
});
