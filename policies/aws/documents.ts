import { isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../../core/manifest/manifest.ts";

/** A policy document where a resource holds it. */
export interface HeldDocument {
  readonly document: Json;
  /** `identity`: what somebody may do, on anything. `resource`: who may do what with one resource. */
  readonly kind: "identity" | "resource";
  readonly path: Path;
}

/** Resources whose `policy` says what an identity may do. */
const identities = ["groupPolicy:GroupPolicy", "policy:Policy", "rolePolicy:RolePolicy", "userPolicy:UserPolicy"].map(
  (type) => `aws:iam/${type}`,
);

const role = "aws:iam/role:Role";

/** Resources whose `policy` says who may use them. */
const resources = [
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
  "aws:kms/key:Key",
  "aws:kms/keyPolicy:KeyPolicy",
  "aws:s3/accessPoint:AccessPoint",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketV2:BucketV2",
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
];

/** Types of the resources that hold policy documents. */
export const documentTypes: readonly string[] = [...identities, role, ...resources];

/** The policy documents of a resource. Who may take a role on is a question about the role. */
export function documentsOf(type: string, object: JsonObject): readonly HeldDocument[] {
  if (type !== role) return held(object["policy"], identities.includes(type) ? "identity" : "resource", ["policy"]);
  const { assumeRolePolicy, inlinePolicies } = object;
  return [
    ...held(assumeRolePolicy, "resource", ["assumeRolePolicy"]),
    ...(isList(inlinePolicies) ? inlinePolicies : []).flatMap((each, index) =>
      held(record(each)["policy"], "identity", ["inlinePolicies", index, "policy"]),
    ),
  ];
}

function held(document: Json | undefined, kind: HeldDocument["kind"], path: Path): readonly HeldDocument[] {
  return document === undefined || document === null || document === "" ? [] : [{ document, kind, path }];
}
