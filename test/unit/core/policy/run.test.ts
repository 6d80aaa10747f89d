import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ownerOfRunUrn, runUrn } from "../../../../core/policy/run.ts";

describe("whom a violation of a run is about", () => {
  it("is the application or the tenant that its address names", () => {
    assert.equal(ownerOfRunUrn(runUrn("application/web")), "application/web");
    assert.equal(ownerOfRunUrn(runUrn("tenant/shop")), "tenant/shop");
  });

  it("is nobody where it is about the run, an object, or something else", () => {
    const others = [runUrn(), runUrn("main/shop/PersistentVolumeClaim/data"), runUrn("application/"), runUrn("a/web")];
    for (const urn of [...others, "urn:pulumi:dev::driftless::kubernetes:core/v1:Pod::application/web", ""]) {
      assert.equal(ownerOfRunUrn(urn), "");
    }
  });
});
