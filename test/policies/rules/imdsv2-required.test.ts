import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { imdsv2Required } from "../../../policies/rules/imdsv2-required.ts";
import { cloudMessagesOf } from "../evaluate.ts";

const types = [
  "instance:Instance",
  "launchTemplate:LaunchTemplate",
  "launchConfiguration:LaunchConfiguration",
  "spotInstanceRequest:SpotInstanceRequest",
];

describe("imdsv2-required", () => {
  for (const type of types.map((each) => `aws:ec2/${each}`)) {
    const check = (inputs: JsonObject) => cloudMessagesOf(imdsv2Required, type, inputs);

    it(`accepts ${type} that asks for tokens, or gives nothing to anybody`, () => {
      assert.deepEqual(check({ metadataOptions: { httpTokens: "required" } }), []);
      assert.deepEqual(check({ metadataOptions: { httpEndpoint: "disabled" } }), []);
    });

    it(`refuses ${type} that does not`, () => {
      for (const inputs of [{}, { metadataOptions: null }, { metadataOptions: { httpPutResponseHopLimit: 1 } }]) {
        assert.deepEqual(check(inputs), ["metadataOptions.httpTokens is not set"]);
      }
      assert.deepEqual(check({ metadataOptions: { httpTokens: "optional" } }), [
        'metadataOptions.httpTokens is "optional"',
      ]);
    });
  }

  it("leaves it to the launch template where an instance has one and says nothing itself", () => {
    const launchTemplate = { id: "lt-1" };
    assert.deepEqual(cloudMessagesOf(imdsv2Required, "aws:ec2/instance:Instance", { launchTemplate }), []);
    const inputs = { launchTemplate, metadataOptions: { httpTokens: "optional" } };
    assert.equal(cloudMessagesOf(imdsv2Required, "aws:ec2/instance:Instance", inputs).length, 1);
  });
});
