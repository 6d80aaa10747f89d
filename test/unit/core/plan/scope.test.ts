import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { builtInKinds } from "../../../../core/plan/kinds.ts";
import { customKinds, scopeOf } from "../../../../core/plan/scope.ts";
import { manifest, object } from "./fixture.ts";

describe("scopeOf", () => {
  const sample = {
    Pod: "namespaced",
    Secret: "namespaced",
    PersistentVolumeClaim: "namespaced",
    "Deployment.apps": "namespaced",
    "CronJob.batch": "namespaced",
    "HorizontalPodAutoscaler.autoscaling": "namespaced",
    "Ingress.networking.k8s.io": "namespaced",
    "PodDisruptionBudget.policy": "namespaced",
    "RoleBinding.rbac.authorization.k8s.io": "namespaced",
    "ResourceClaim.resource.k8s.io": "namespaced",
    Namespace: "cluster",
    Node: "cluster",
    PersistentVolume: "cluster",
    "ClusterRoleBinding.rbac.authorization.k8s.io": "cluster",
    "CustomResourceDefinition.apiextensions.k8s.io": "cluster",
    "APIService.apiregistration.k8s.io": "cluster",
    "IngressClass.networking.k8s.io": "cluster",
    "PriorityClass.scheduling.k8s.io": "cluster",
    "StorageClass.storage.k8s.io": "cluster",
    "MutatingWebhookConfiguration.admissionregistration.k8s.io": "cluster",
    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io": "cluster",
    "CertificateSigningRequest.certificates.k8s.io": "cluster",
    "Deployment.example.com": undefined,
    Deployment: undefined,
    constructor: undefined,
  } as const;
  for (const [kind, scope] of Object.entries(sample)) {
    it(`says ${scope ?? "nothing"} for ${kind}`, () => assert.equal(scopeOf(kind, new Map()), scope));
  }

  it("knows all 69 kinds of Kubernetes 1.36 that can be read back", () => assert.equal(builtInKinds.size, 69));

  it("reads scope and plural of a custom kind from its definition, and ignores a broken one", () => {
    const definition = (name: string, spec: Record<string, string | Record<string, string>>) =>
      manifest(object("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, { spec }));
    const kinds = customKinds([
      definition("a", { group: "example.com", scope: "Namespaced", names: { kind: "A", plural: "as" } }),
      definition("b", { group: "example.com", scope: "Cluster", names: { kind: "B" } }),
      definition("c", { group: "example.com", scope: "Namespaced" }),
      manifest(object("v1", "ConfigMap", "d", { spec: { group: "x", names: { kind: "D" }, scope: "Namespaced" } })),
    ]);
    assert.deepEqual(
      [...kinds],
      [
        ["A.example.com", { scope: "namespaced", plural: "as" }],
        ["B.example.com", { scope: "cluster", plural: undefined }],
      ],
    );
  });
});
