import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject } from "../../../core/manifest/manifest.ts";
import { iamNoWildcards } from "../../../policies/rules/iam-no-wildcards.ts";
import { cloudMessagesOf } from "../evaluate.ts";

const policy = "aws:iam/policy:Policy";
const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";
const logs = "arn:aws:s3:::logs/*";
const document = (...statements: JsonObject[]): JsonObject => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
});
const check = (type: string, inputs: JsonObject, settings: JsonObject = {}) =>
  cloudMessagesOf(iamNoWildcards, type, inputs, settings);
const identity = (statement: JsonObject, settings: JsonObject = {}) =>
  check(policy, { policy: JSON.stringify(document(statement)) }, settings);
const resource = (statement: JsonObject) =>
  check(bucketPolicy, { policy: JSON.stringify(document({ Action: "s3:GetObject", Resource: logs, ...statement })) });

const acceptedForIdentities: JsonObject[] = [
  { Action: ["s3:GetObject", "s3:Get*"], Resource: logs },
  { Action: "ec2:DescribeInstances", Resource: "*" },
  { Action: ["autoscaling:Describe*", "ecr:GetAuthorizationToken"], Resource: ["*"] },
  { Effect: "Deny", Action: "*", Resource: "*" },
  { Effect: "Deny", NotAction: "iam:*", Resource: "*" },
  { Action: "ec2:TerminateInstances", Resource: "*", Condition: { StringEquals: { "aws:ResourceTag/team": "shop" } } },
  {
    Action: "iam:PassRole",
    Resource: "*",
    Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
  },
];

const refusedForIdentities: [JsonObject, string[]][] = [
  [{ Action: "*", Resource: logs }, ['statement number 1 allows the action "*"']],
  [{ Action: ["*:*"], Resource: logs }, ['statement number 1 allows the action "*:*"']],
  [{ Sid: "All", Action: "s3:*", Resource: logs }, ['statement "All" allows the action "s3:*"']],
  [
    { Action: ["s3:GetObject", "ec2:DescribeInstances"], Resource: "*" },
    ['statement number 1 allows s3:GetObject on the resource "*"'],
  ],
  [
    { Action: "*", Resource: "*" },
    ['statement number 1 allows the action "*"', 'statement number 1 allows * on the resource "*"'],
  ],
  [{ NotAction: "iam:*", Resource: logs }, ["statement number 1 allows all but what its NotAction names"]],
  [{ Action: "s3:GetObject", NotResource: logs }, ["statement number 1 allows all but what its NotResource names"]],
  [
    { Action: "s3:GetObject", Resource: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } },
    ['statement number 1 allows s3:GetObject on the resource "*"'],
  ],
  [
    { Action: "s3:GetObject", Resource: "*", Condition: { StringNotEquals: { "aws:ResourceTag/team": "shop" } } },
    ['statement number 1 allows s3:GetObject on the resource "*"'],
  ],
];

const narrow: JsonObject[] = [
  { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
  { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::1:distribution/*" } },
  { IpAddress: { "AWS:SourceIp": ["203.0.113.0/24"] } },
  { "ForAnyValue:StringEquals": { "aws:SourceVpce": ["vpce-1"] } },
];

const wide: JsonObject[] = [
  {},
  { StringEquals: { "aws:PrincipalOrgID": "*" } },
  { StringNotEquals: { "aws:SourceAccount": "1" } },
  { StringEqualsIfExists: { "aws:SourceAccount": "1" } },
  { "ForAllValues:StringEquals": { "aws:SourceAccount": "1" } },
  { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"] } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/reader" } },
  { Bool: { "aws:SecureTransport": "true" } },
  { Null: { "aws:SourceArn": "false" } },
];

describe("iam-no-wildcards", () => {
  for (const statement of acceptedForIdentities) {
    it(`accepts that an identity may ${JSON.stringify(statement)}`, () => assert.deepEqual(identity(statement), []));
  }
  for (const [statement, messages] of refusedForIdentities) {
    it(`refuses that an identity may ${JSON.stringify(statement)}`, () =>
      assert.deepEqual(identity(statement), messages));
  }
  for (const Condition of narrow) {
    it(`accepts everybody for whom ${JSON.stringify(Condition)} holds`, () => {
      assert.deepEqual(resource({ Principal: "*", Condition }), []);
    });
  }
  for (const Condition of wide) {
    it(`refuses everybody for whom ${JSON.stringify(Condition)} holds`, () => {
      assert.deepEqual(resource({ Principal: "*", Condition }), [
        'statement number 1 allows everybody: its Principal is "*"',
      ]);
    });
  }

  it("knows everybody in every spelling, and other principals", () => {
    for (const Principal of [{ AWS: "*" }, { AWS: ["arn:aws:iam::1:root", "*"] }, { Federated: "*" }]) {
      assert.equal(resource({ Principal }).length, 1);
    }
    for (const Principal of [
      { AWS: "arn:aws:iam::1:root" },
      { Service: "ec2.amazonaws.com" },
      { CanonicalUser: "1" },
    ]) {
      assert.deepEqual(resource({ Principal }), []);
    }
    assert.deepEqual(resource({ NotPrincipal: { AWS: "arn:aws:iam::1:root" } }), [
      "statement number 1 allows all but what its NotPrincipal names",
    ]);
  });

  it("lets the policy of a resource name all actions of its service on all of itself, and no others", () => {
    const owner = { Principal: { AWS: "arn:aws:iam::1:root" }, Resource: "*" };
    assert.deepEqual(check("aws:kms/key:Key", { policy: JSON.stringify(document({ ...owner, Action: "kms:*" })) }), []);
    assert.deepEqual(check("aws:kms/key:Key", { policy: JSON.stringify(document({ ...owner, Action: "*" })) }), [
      'statement number 1 allows the action "*"',
    ]);
    assert.deepEqual(check("aws:kms/key:Key", {}), []);
  });

  it("looks at who may take a role on, and at the policies inside of it", () => {
    const trust = (Principal: Json) => JSON.stringify(document({ Action: "sts:AssumeRole", Principal }));
    const role = "aws:iam/role:Role";
    assert.deepEqual(check(role, { assumeRolePolicy: trust({ Service: "ec2.amazonaws.com" }) }), []);
    assert.equal(check(role, { assumeRolePolicy: trust({ AWS: "*" }) }).length, 1);
    const inline = (Action: string) => ({
      name: "inline",
      policy: JSON.stringify(document({ Action, Resource: logs })),
    });
    const inputs = {
      assumeRolePolicy: trust({ Service: "a" }),
      inlinePolicies: [inline("s3:GetObject"), inline("s3:*")],
    };
    assert.deepEqual(check(role, inputs), ['statement number 1 allows the action "s3:*"']);
  });

  it("reads documents that are objects, and single statements", () => {
    const statement = { Effect: "Allow", Action: "*", Resource: logs };
    for (const held of [{ Statement: statement }, { Statement: [statement] }]) {
      assert.equal(check("aws:iam/rolePolicy:RolePolicy", { policy: held }).length, 1);
    }
  });

  it("refuses a document that nobody can read", () => {
    for (const text of ["{", "[]", "null", '"*"']) {
      assert.deepEqual(check(policy, { policy: text }), ["nobody can read the policy document"]);
    }
    assert.deepEqual(check(policy, { policy: "{}" }), []);
  });

  it("refuses policies of AWS that allow everything", () => {
    const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    assert.deepEqual(check("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { policyArn, role: "a" }), [
      `it attaches "${policyArn}"`,
    ]);
    const job = "arn:aws-cn:iam::aws:policy/job-function/AdministratorAccess";
    assert.deepEqual(
      check("aws:iam/role:Role", { managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess", job] }),
      [`it attaches "${job}"`],
    );
    const own = "arn:aws:iam::1:policy/AdministratorAccess";
    assert.deepEqual(check("aws:iam/userPolicyAttachment:UserPolicyAttachment", { policyArn: own }), []);
  });

  it("allows what the settings name", () => {
    assert.deepEqual(identity({ Action: "s3:*", Resource: logs }, { serviceWide: ["s3:*"] }), []);
    assert.deepEqual(identity({ Action: "xray:PutTraceSegments", Resource: "*" }, { anyResource: ["XRay:Put*"] }), []);
    assert.equal(identity({ Action: "ec2:DescribeInstances", Resource: "*" }, { anyResource: [] }).length, 1);
  });
});
