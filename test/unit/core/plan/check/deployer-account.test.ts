import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { KubernetesObject } from "../../../../../core/manifest/manifest.ts";
import { checkDeployerAccount } from "../../../../../core/plan/check/deployer-account.ts";
import { manifest, object, plan, tenant } from "../fixture.ts";

const found = (value: KubernetesObject, rules = tenant()): readonly (string | undefined)[] =>
  checkDeployerAccount(value, rules).map(({ field }) => field);
const account = "driftless-deployer";
const job = object("batch/v1", "CronJob", "j", {
  spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: account } } } } },
});

describe("the account of a tenant's deployer", () => {
  it("runs nothing of an application, however it is named", () => {
    assert.deepEqual(found(job), ["spec.jobTemplate.spec.template.spec.serviceAccountName"]);
    assert.deepEqual(found(object("v1", "Pod", "p", { spec: { serviceAccount: account } })), ["spec.serviceAccount"]);
  });

  it("gives its token to no Secret", () => {
    const metadata = { annotations: { "kubernetes.io/service-account.name": account } };
    assert.deepEqual(found(object("v1", "Secret", "s", { metadata })), [
      'metadata.annotations["kubernetes.io/service-account.name"]',
    ]);
  });

  it("is a word like any other elsewhere, and another's name is another's", () => {
    assert.deepEqual(found(object("v1", "ConfigMap", "c", { data: { name: account } })), []);
    assert.deepEqual(found(object("v1", "Pod", "p", { spec: { serviceAccountName: "web" } })), []);
    assert.deepEqual(found(job, tenant({ deployAs: "environment" })), []);
  });

  it("is looked at in every plan", () => {
    const codes = plan({ web: [manifest(job)] }).findings.map(({ code }) => code);
    assert.deepEqual(codes, ["SCOPE_DENIED"]);
  });
});
