import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { serviceTypeAllowed } from "../../../policies/rules/service-type-allowed.ts";
import { messagesOf } from "../evaluate.ts";

function check(spec: JsonObject, settings: JsonObject = {}): readonly string[] {
  const metadata = { name: "web" };
  return messagesOf(serviceTypeAllowed, { apiVersion: "v1", kind: "Service", metadata, spec }, settings);
}

describe("service-type-allowed", () => {
  it("accepts what stays inside the cluster", () => {
    for (const spec of [{}, { type: null }, { type: "ClusterIP" }, { clusterIP: "None" }, { externalIPs: [] }])
      assert.deepEqual(check(spec), []);
  });

  for (const type of ["NodePort", "LoadBalancer", "ExternalName", "Other", 7]) {
    it(`refuses the type ${type}`, () => {
      assert.deepEqual(check({ type }), [`the type is ${JSON.stringify(type)}`]);
    });
  }

  it("refuses addresses of its own, unless the settings allow them", () => {
    const spec = { externalIPs: ["203.0.113.7"] };
    assert.deepEqual(check(spec), ['externalIPs names ["203.0.113.7"]']);
    assert.deepEqual(check(spec, { externalIPs: true }), []);
  });

  it("accepts the types that the settings allow", () => {
    const settings = { types: ["ClusterIP", "LoadBalancer"] };
    assert.deepEqual(check({ type: "LoadBalancer" }, settings), []);
    assert.equal(check({ type: "NodePort" }, settings).length, 1);
    assert.throws(() => check({}, { types: ["Loadbalancer"] }), /policy.config.service-type-allowed: types/);
  });

  it("leaves the Services of others alone", () => {
    const object = { apiVersion: "serving.knative.dev/v1", kind: "Service", spec: { type: "NodePort" } };
    assert.deepEqual(messagesOf(serviceTypeAllowed, object), []);
  });
});
