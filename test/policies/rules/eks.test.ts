import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { eksControlPlaneLogs } from "../../../policies/rules/eks-control-plane-logs.ts";
import { eksEndpointRestricted } from "../../../policies/rules/eks-endpoint-restricted.ts";
import { eksSecretsEncrypted } from "../../../policies/rules/eks-secrets-encrypted.ts";
import { eksVersionSupported } from "../../../policies/rules/eks-version-supported.ts";
import { awsTagsRequired } from "../../../policies/rules/aws-tags-required.ts";
import { cloudMessagesOf } from "../evaluate.ts";

const cluster = "aws:eks/cluster:Cluster";
const vpc = (vpcConfig: JsonObject): JsonObject => ({ roleArn: "arn:aws:iam::1:role/eks", vpcConfig });

describe("eks-endpoint-restricted", () => {
  const check = (vpcConfig: JsonObject, settings: JsonObject = {}) =>
    cloudMessagesOf(eksEndpointRestricted, cluster, vpc(vpcConfig), settings);

  it("accepts an endpoint that is private, or public for some", () => {
    assert.deepEqual(check({ endpointPublicAccess: false }), []);
    assert.deepEqual(check({ endpointPublicAccess: false, publicAccessCidrs: ["0.0.0.0/0"] }), []);
    assert.deepEqual(check({ publicAccessCidrs: ["203.0.113.0/24", "2001:db8::/32"] }), []);
    assert.deepEqual(check({ endpointPublicAccess: true, publicAccessCidrs: ["10.0.0.0/8"] }), []);
  });

  it("refuses one that is public for everybody, which is what AWS makes of no settings", () => {
    const everybody = "the endpoint is public, and nothing says who may reach it, so everybody may";
    for (const config of [{}, { endpointPublicAccess: true }, { publicAccessCidrs: [] }]) {
      assert.deepEqual(check(config), [everybody]);
    }
    assert.deepEqual(check({ publicAccessCidrs: ["203.0.113.0/24", "0.0.0.0/0", "::/0"] }), [
      "the endpoint is public for 0.0.0.0/0",
      "the endpoint is public for ::/0",
    ]);
  });

  it("refuses the world in pieces", () => {
    assert.equal(check({ publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1", "2000::/3"] }).length, 3);
    assert.deepEqual(check({ publicAccessCidrs: ["0.0.0.0/1"] }, { shortestPrefix: 1 }), []);
  });

  it("looks at clusters only", () => {
    assert.deepEqual(cloudMessagesOf(eksEndpointRestricted, "aws:eks/addon:Addon", {}), []);
  });
});

describe("eks-secrets-encrypted", () => {
  const check = (inputs: JsonObject) => cloudMessagesOf(eksSecretsEncrypted, cluster, inputs);
  const keyArn = "arn:aws:kms:eu-central-1:1:key/a";

  it("accepts a cluster with a key for Secrets", () => {
    assert.deepEqual(check({ encryptionConfig: { resources: ["secrets"], provider: { keyArn } } }), []);
  });

  it("refuses one without a key, or with one for something else", () => {
    const none = ["Secrets are not encrypted with a key of the account"];
    assert.deepEqual(check({}), none);
    assert.deepEqual(check({ encryptionConfig: null }), none);
    assert.deepEqual(check({ encryptionConfig: { resources: [], provider: { keyArn } } }), none);
    assert.deepEqual(check({ encryptionConfig: { resources: ["secrets"], provider: { keyArn: "" } } }), [
      "no key is named to encrypt Secrets with",
    ]);
  });
});

describe("eks-control-plane-logs", () => {
  const check = (types: readonly string[] | undefined, settings: JsonObject = {}) =>
    cloudMessagesOf(
      eksControlPlaneLogs,
      cluster,
      types === undefined ? {} : { enabledClusterLogTypes: types },
      settings,
    );

  it("accepts a cluster that logs what the settings ask for", () => {
    assert.deepEqual(check(["audit", "api", "authenticator", "scheduler"]), []);
    assert.deepEqual(check(["audit"], { logTypes: ["audit"] }), []);
  });

  it("names the logs that are off", () => {
    assert.deepEqual(check(undefined), ["these logs are off: api, audit, authenticator"]);
    assert.deepEqual(check(["audit"], { logTypes: ["audit", "scheduler"] }), ["these logs are off: scheduler"]);
  });
});

describe("eks-version-supported", () => {
  const check = (version: string | undefined, today: string, settings: JsonObject = {}) =>
    cloudMessagesOf(eksVersionSupported, cluster, version === undefined ? {} : { version }, { today, ...settings });

  it("accepts a version until the last day of its standard support", () => {
    assert.deepEqual(check("1.33", "2026-07-29"), []);
    assert.deepEqual(check("1.33", "2026-07-30"), ["standard support of Kubernetes 1.33 ended on 2026-07-29"]);
  });

  it("accepts extended support where the settings say so", () => {
    assert.deepEqual(check("1.33", "2026-07-30", { extendedSupport: true }), []);
    assert.deepEqual(check("1.33", "2027-07-30", { extendedSupport: true }), [
      "support of Kubernetes 1.33 ended on 2027-07-29",
    ]);
  });

  it("refuses versions from before the table, and says nothing of those after it", () => {
    assert.deepEqual(check("1.22", "2026-01-01"), ["AWS does not support Kubernetes 1.22 any more"]);
    assert.deepEqual(check("1.99", "2026-01-01"), []);
    assert.deepEqual(check(undefined, "2026-01-01"), []);
  });

  it("goes by the days of the settings before its own", () => {
    const until = { "1.99": "2030-01-01", "1.22": "2026-12-31" };
    assert.deepEqual(check("1.99", "2030-01-02", { until }), ["support of Kubernetes 1.99 ended on 2030-01-01"]);
    assert.deepEqual(check("1.22", "2026-01-01", { until }), []);
  });

  it("is only advice, so that no day that passes stops an environment", () => {
    assert.equal(eksVersionSupported.level, "advisory");
  });
});

describe("aws-tags-required", () => {
  const check = (inputs: JsonObject, tags: readonly string[], type = cluster) =>
    cloudMessagesOf(awsTagsRequired, type, inputs, { tags });

  it("asks for nothing until the settings name a tag", () =>
    assert.deepEqual(cloudMessagesOf(awsTagsRequired, cluster, {}), []));

  it("accepts tags of the resource and of the provider", () => {
    assert.deepEqual(check({ tags: { team: "shop" } }, ["team"]), []);
    assert.deepEqual(check({ tags: { team: "shop" }, tagsAll: { stage: "dev" } }, ["team", "stage"]), []);
  });

  it("names what is missing or empty", () => {
    assert.deepEqual(check({ tags: { team: "" } }, ["team", "stage"]), [
      'the tag "team" is missing',
      'the tag "stage" is missing',
    ]);
    assert.deepEqual(check({ tags: null }, ["constructor"]), ['the tag "constructor" is missing']);
  });

  it("leaves out what has no tags", () => assert.deepEqual(check({}, ["team"], "aws:iam/rolePolicy:RolePolicy"), []));
});
