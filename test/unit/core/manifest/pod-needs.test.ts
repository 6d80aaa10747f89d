import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { podNeeds } from "../../../../core/manifest/pod-needs.ts";

const pod = {
  serviceAccountName: "web",
  imagePullSecrets: [{ name: "registry" }],
  volumes: [
    { name: "a", configMap: { name: "settings", optional: true } },
    { name: "b", secret: { secretName: "token" } },
    { name: "c", projected: { sources: [{ configMap: { name: "more" } }, { secret: { name: "key" } }] } },
    { name: "d", persistentVolumeClaim: { claimName: "data" } },
    { name: "e", emptyDir: {} },
  ],
  initContainers: [{ name: "init", envFrom: [{ configMapRef: { name: "init" } }, { secretRef: { name: "init" } }] }],
  containers: [
    {
      name: "web",
      env: [
        { name: "PLAIN", value: "1" },
        { name: "ONE", valueFrom: { configMapKeyRef: { name: "one", key: "k" } } },
        { name: "TWO", valueFrom: { secretKeyRef: { name: "two", key: "k" } } },
      ],
    },
  ],
};
const needs = [
  ...["ServiceAccount web", "Secret registry", "ConfigMap settings", "Secret token", "ConfigMap more", "Secret key"],
  ...["PersistentVolumeClaim data"],
  ...["ConfigMap init", "Secret init", "ConfigMap one", "Secret two"],
];

describe("what pods name", () => {
  const cases = [
    { kind: "Pod", spec: pod },
    { kind: "Deployment", spec: { template: { spec: pod } } },
    { kind: "CronJob", spec: { jobTemplate: { spec: { template: { spec: pod } } } } },
  ];
  for (const object of cases) {
    it(`is all that the pods of a ${object.kind} name`, () => {
      assert.deepEqual(
        podNeeds(object).map(({ need }) => need),
        needs,
      );
    });
  }

  it("may be missing where the pod says so, and for pulling images", () => {
    const optional = podNeeds({ kind: "Pod", spec: pod }).filter((each) => each.optional);
    assert.deepEqual(
      optional.map(({ need }) => need),
      ["Secret registry", "ConfigMap settings"],
    );
  });

  it("is nothing for what makes no pods, or says nonsense", () => {
    assert.deepEqual(podNeeds({ kind: "ConfigMap", data: {} }), []);
    assert.deepEqual(podNeeds({ kind: "Pod", spec: { volumes: "none", containers: [null, 1, { env: {} }] } }), []);
  });
});
