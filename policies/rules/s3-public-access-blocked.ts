import { z } from "zod";
import { isList, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { stackRule } from "../rule.ts";
import type { Subject } from "../subject.ts";

const buckets = new Set(["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]);
const acls = new Set(["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"]);
const bucketBlock = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const accountBlock = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
const parts = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;
const publicAcls = ["public-read", "public-read-write", "authenticated-read"];

export const s3PublicAccessBlocked = stackRule({
  name: "s3-public-access-blocked",
  description: "Every S3 bucket blocks public access, whatever its policy and its ACL say.",
  remediation: "Give the bucket an aws.s3.BucketPublicAccessBlock with all four parts set to true, and no public ACL.",
  severity: "critical",
  level: "mandatory",
  links: ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"],
  settings: z.strictObject({
    account: z.boolean().default(false).describe("Whether the account blocks public access to all of its buckets."),
  }),
  check: (subjects, { account }) => {
    const blocked = new Set(
      subjects.filter(({ type, object }) => type === bucketBlock && open(object).length === 0).flatMap(bucketsOf),
    );
    const all = account || subjects.some(({ type, object }) => type === accountBlock && open(object).length === 0);
    return subjects.flatMap((subject) => {
      const { type, object, urn } = subject;
      const violations = [
        ...(buckets.has(type) && !all && !isBlocked(object, urn, blocked) ? [unblocked] : []),
        ...(buckets.has(type) || acls.has(type) ? publicAcl(object) : []),
        ...(type === bucketBlock || type === accountBlock ? open(object) : []),
      ];
      return violations.map((violation) => ({ subject, ...violation }));
    });
  },
});

const unblocked: Violation = { message: "nothing blocks public access to the bucket", control: "missing" };

/** The buckets that a block is for: those that its property comes from, else what it names. */
function bucketsOf({ object, references }: Subject): readonly string[] {
  const urns = references?.("bucket") ?? [];
  if (urns.length > 0) return urns;
  const name = object["bucket"];
  return typeof name === "string" ? [name] : [];
}

function isBlocked(bucket: JsonObject, urn: string, blocked: ReadonlySet<string>): boolean {
  if (blocked.has(urn)) return true;
  const name = bucket["bucket"];
  return typeof name === "string" && blocked.has(name);
}

/** What a block leaves open. */
function open(object: JsonObject): readonly Violation[] {
  return parts
    .filter((part) => object[part] !== true)
    .map((part) => ({
      message: `${part} is ${JSON.stringify(object[part] ?? false)}`,
      path: [part],
      control: "incomplete",
    }));
}

function publicAcl({ acl, grants, accessControlPolicy }: JsonObject): readonly Violation[] {
  const canned =
    typeof acl === "string" && publicAcls.includes(acl)
      ? [{ message: `the ACL is ${JSON.stringify(acl)}`, path: ["acl"], control: "acl" }]
      : [];
  const own = (isList(grants) ? grants : []).map((grant) => record(grant)["uri"]);
  const nested = record(accessControlPolicy)["grants"];
  const others = (isList(nested) ? nested : []).map((grant) => record(record(grant)["grantee"])["uri"]);
  const groups = [...own, ...others].filter(
    (uri) => typeof uri === "string" && /\/(AllUsers|AuthenticatedUsers)$/.test(uri),
  );
  return [
    ...canned,
    ...groups.map((uri) => ({
      message: `the ACL grants something to ${JSON.stringify(uri)}`,
      path: [own.includes(uri ?? null) ? "grants" : "accessControlPolicy"],
      control: "acl",
    })),
  ];
}
