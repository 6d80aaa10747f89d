import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { s3PublicAccessBlocked } from "../../../policies/rules/s3-public-access-blocked.ts";
import { subjectOf, type Subject } from "../../../policies/subject.ts";

const urnOf = (type: string, name: string) => `urn:pulumi:dev::driftless::${type}::${name}`;

function resource(type: string, name: string, props: JsonObject, bucketFrom?: string): Subject {
  const propertyDependencies = bucketFrom === undefined ? {} : { bucket: [{ urn: bucketFrom }] };
  const found = subjectOf({
    type: `aws:s3/${type}`,
    name,
    urn: urnOf(`aws:s3/${type}`, name),
    props,
    propertyDependencies,
  });
  assert.ok(found);
  return found;
}

const bucket = (props: JsonObject = { bucket: "logs-1" }) => resource("bucket:Bucket", "logs", props);
const all = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const block = (props: JsonObject = {}, from?: string) =>
  resource("bucketPublicAccessBlock:BucketPublicAccessBlock", "block", { ...all, ...props }, from);
const check = (subjects: readonly Subject[], settings: JsonObject = {}) =>
  s3PublicAccessBlocked.checkStack(subjects, settings).map(({ subject, message }) => `${subject.name}: ${message}`);
const unblocked = "logs: nothing blocks public access to the bucket";

describe("s3-public-access-blocked", () => {
  it("accepts a bucket with a block of its own, found by name or by where its property comes from", () => {
    assert.deepEqual(check([bucket(), block({ bucket: "logs-1" })]), []);
    assert.deepEqual(check([bucket({}), block({}, bucket().urn)]), []);
    assert.deepEqual(
      check([resource("bucketV2:BucketV2", "logs", { bucket: "logs-1" }), block({ bucket: "logs-1" })]),
      [],
    );
  });

  it("refuses a bucket without one, and with one that is for another bucket", () => {
    assert.deepEqual(check([bucket()]), [unblocked]);
    assert.deepEqual(check([bucket({})]), [unblocked]);
    assert.deepEqual(check([bucket(), block({ bucket: "other" })]), [unblocked]);
    assert.deepEqual(check([bucket(), block({ bucket: "logs-1" }, "urn:of:another")]), [unblocked]);
  });

  it("refuses a block that leaves something open", () => {
    assert.deepEqual(check([bucket(), block({ bucket: "logs-1", ignorePublicAcls: false })]), [
      unblocked,
      "block: ignorePublicAcls is false",
    ]);
  });

  it("accepts what the account blocks", () => {
    const account = (props: JsonObject) =>
      resource("accountPublicAccessBlock:AccountPublicAccessBlock", "account", props);
    assert.deepEqual(check([bucket(), account(all)]), []);
    assert.deepEqual(check([bucket()], { account: true }), []);
    assert.equal(check([bucket(), account({ ...all, blockPublicAcls: false })]).length, 2);
  });

  it("refuses public ACLs", () => {
    for (const acl of ["public-read", "public-read-write", "authenticated-read"]) {
      assert.deepEqual(check([resource("bucketAcl:BucketAcl", "acl", { acl })]), [`acl: the ACL is "${acl}"`]);
      assert.deepEqual(check([bucket({ acl })], { account: true }), [`logs: the ACL is "${acl}"`]);
    }
    assert.deepEqual(check([resource("bucketAcl:BucketAcl", "acl", { acl: "private" })]), []);
  });

  it("refuses grants to everybody", () => {
    const uri = "http://acs.amazonaws.com/groups/global/AllUsers";
    const grants = [
      { type: "Group", uri, permissions: ["READ"] },
      { type: "CanonicalUser", id: "1", permissions: ["READ"] },
    ];
    assert.deepEqual(check([bucket({ grants })], { account: true }), [`logs: the ACL grants something to "${uri}"`]);
    const accessControlPolicy = {
      owner: { id: "1" },
      grants: [{ grantee: { type: "Group", uri }, permission: "READ" }],
    };
    assert.deepEqual(check([resource("bucketAclV2:BucketAclV2", "acl", { accessControlPolicy })]), [
      `acl: the ACL grants something to "${uri}"`,
    ]);
  });

  it("says nothing of stacks without buckets", () => {
    assert.deepEqual(check([resource("bucketObject:BucketObject", "file", { acl: "private" })]), []);
  });
});
