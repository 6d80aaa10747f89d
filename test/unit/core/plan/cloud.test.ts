import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { cloudOfUrn } from "../../../../core/plan/cloud.ts";

function urn(type: string, name: string): string {
  return `urn:pulumi:dev::driftless::driftless:index:Environment$driftless:index:Cluster$${type}::${name}`;
}

describe("a resource of a cloud", () => {
  it("belongs to the cluster that it is made for", () => {
    const found = cloudOfUrn(urn("aws:ec2/subnet:Subnet", "eu/subnet/private-1"));
    assert.deepEqual(found, { cluster: "eu", kind: "Subnet.ec2.aws", name: "subnet/private-1" });
  });

  it("is neither an object of Kubernetes, nor a provider, nor a component", () => {
    assert.equal(cloudOfUrn(urn("kubernetes:core/v1:ConfigMap", "eu/shop/ConfigMap/web")), undefined);
    assert.equal(cloudOfUrn(urn("pulumi:providers:aws", "eu/aws")), undefined);
    assert.equal(cloudOfUrn(urn("driftless:index:Cluster", "eu")), undefined);
  });
});
