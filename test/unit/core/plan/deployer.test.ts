import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { TenantSpec } from "../../../../core/environment/spec.ts";
import { kindGroup, namespaceOf, type KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { adminKinds, deployerAccess, deployerClusterAccess, deployerOf } from "../../../../core/plan/deployer.ts";
import { builtInKinds } from "../../../../core/plan/kinds.ts";
import type { CustomKinds } from "../../../../core/plan/scope.ts";
import { allow, tenant } from "./fixture.ts";

const custom: CustomKinds = new Map([
  ["Gateway.example.com", { scope: "namespaced", plural: "gateways" }],
  ["Realm.example.com", { scope: "cluster", plural: "realms" }],
]);

function access(spec: TenantSpec): readonly KubernetesObject[] {
  return [
    ...spec.namespaces.flatMap((namespace) => deployerAccess(namespace, spec, custom)),
    ...deployerClusterAccess({ environment: "dev", name: "shop" }, spec, custom),
  ];
}

const names = (objects: readonly KubernetesObject[]): readonly string[] =>
  objects.map((object) => `${namespaceOf(object) ?? "_"}/${kindGroup(object).split(".")[0]}/${object.metadata.name}`);

const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];

describe("the deployer of a tenant", () => {
  it("holds the ClusterRole admin in each namespace, and nothing else", () => {
    const spec = tenant({ namespaces: ["shop", "jobs"] });
    assert.deepEqual(names(access(spec)), [
      "shop/ServiceAccount/driftless-deployer",
      "shop/RoleBinding/driftless-deployer",
      "jobs/RoleBinding/driftless-deployer",
    ]);
    assert.deepEqual(deployerOf(spec, custom), {
      user: "system:serviceaccount:shop:driftless-deployer",
      rights: [
        { namespace: "shop", group: "", resource: "configmaps" },
        { namespace: "jobs", group: "", resource: "configmaps" },
      ],
    });
  });

  it("holds the kinds that the tenant is allowed beyond that, in its namespaces or on the cluster", () => {
    const spec = tenant({
      allow: allow({
        namespacedKinds: ["Gateway.example.com", "LimitRange", "ConfigMap", "Realm.example.com"],
        clusterKinds: ["Realm.example.com", "PriorityClass.scheduling.k8s.io"],
      }),
    });
    const objects = access(spec);
    assert.deepEqual(names(objects), [
      "shop/ServiceAccount/driftless-deployer",
      "shop/RoleBinding/driftless-deployer",
      "shop/Role/driftless-deployer-kinds",
      "shop/RoleBinding/driftless-deployer-kinds",
      "_/ClusterRole/driftless.dev.shop",
      "_/ClusterRoleBinding/driftless.dev.shop",
    ]);
    assert.deepEqual(objects[2]?.["rules"], [
      { apiGroups: ["example.com"], resources: ["gateways"], verbs },
      { apiGroups: [""], resources: ["limitranges"], verbs },
    ]);
    assert.deepEqual(objects[4]?.["rules"], [
      { apiGroups: ["example.com"], resources: ["realms"], verbs },
      { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs },
    ]);
    assert.deepEqual(objects[5]?.["subjects"], [
      { kind: "ServiceAccount", name: "driftless-deployer", namespace: "shop" },
    ]);
  });

  it("is not there for a team that deploys as the environment", () => {
    const spec = tenant({
      deployAs: "environment",
      allow: allow({ namespacedKinds: ["LimitRange"], clusterKinds: ["Realm.example.com"] }),
    });
    assert.deepEqual(access(spec), []);
    assert.equal(deployerOf(spec, custom), undefined);
  });

  it("takes only namespaced kinds of Kubernetes for those of the ClusterRole admin", () => {
    assert.deepEqual(
      [...adminKinds].filter((kind) => builtInKinds.get(kind) !== "namespaced"),
      [],
    );
  });
});
