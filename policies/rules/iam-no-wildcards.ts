import { z } from "zod";
import { isList, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { narrowsCallers, narrowsResources } from "../aws/conditions.ts";
import { documentTypes, documentsOf, type HeldDocument } from "../aws/documents.ts";
import { allowStatements, texts, type AllowStatement } from "../aws/policy-document.ts";
import { cloudRule } from "../rule.ts";

const attachments = ["rolePolicyAttachment:RolePolicyAttachment", "userPolicyAttachment:UserPolicyAttachment"];
const others = ["groupPolicyAttachment:GroupPolicyAttachment", "policyAttachment:PolicyAttachment"];

export const iamNoWildcards = cloudRule({
  name: "iam-no-wildcards",
  description: "No policy of AWS allows everything, to everything, or to everybody.",
  remediation: "Name the actions, resources and principals; a condition may narrow down what cannot be named.",
  severity: "critical",
  level: "mandatory",
  links: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege"],
  types: [...documentTypes, ...[...attachments, ...others].map((type) => `aws:iam/${type}`)],
  settings: z.strictObject({
    anyResource: z
      .array(z.string())
      .default([
        "*:Describe*",
        "*:List*",
        "ecr:GetAuthorizationToken",
        "sts:GetCallerIdentity",
        "cloudwatch:PutMetricData",
      ])
      .describe(
        'Actions that may be allowed on every resource, "*" for any text: AWS cannot limit them, or they only look.',
      ),
    serviceWide: z.array(z.string()).default([]).describe('Actions of a whole service that are allowed: "s3:*".'),
    managedPolicies: z
      .array(z.string())
      .default(["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"])
      .describe("Policies of AWS that must not be attached."),
  }),
  check: ({ object, type }, settings) => [
    ...documentsOf(type, object).flatMap((document) => ofDocument(document, settings)),
    ...attached(object, settings.managedPolicies),
  ],
});

interface Settings {
  readonly anyResource: readonly string[];
  readonly serviceWide: readonly string[];
}

function ofDocument({ document, kind, path }: HeldDocument, settings: Settings): readonly Violation[] {
  const statements = allowStatements(document, path);
  if (statements === undefined) return [{ message: "nobody can read the policy document", path, control: "document" }];
  return statements.flatMap((statement) => [
    ...negations(statement),
    ...principals(statement),
    ...actions(statement, kind === "identity" ? settings.serviceWide : undefined),
    ...(kind === "identity" ? resources(statement, settings.anyResource) : []),
  ]);
}

function negations({ label, negated, path }: AllowStatement): readonly Violation[] {
  return negated.map((element) => ({
    ...{ message: `${label} allows all but what its ${element} names`, path },
    control: element === "NotAction" ? "actions" : element === "NotResource" ? "resources" : "principals",
  }));
}

function principals({ label, principals, condition, path }: AllowStatement): readonly Violation[] {
  if (!principals.includes("*") || narrowsCallers(condition)) return [];
  return [{ message: `${label} allows everybody: its Principal is "*"`, path, control: "principals" }];
}

/** @param serviceWide Whole services that are allowed; undefined where a policy is about one resource, as its own are. */
function actions({ label, actions, path }: AllowStatement, serviceWide?: readonly string[]): readonly Violation[] {
  return actions
    .filter((action) => {
      if (/^\*+(:\**)?$/.test(action)) return true;
      return serviceWide !== undefined && /^[^:]*:\*+$/.test(action) && !serviceWide.includes(action);
    })
    .map((action) => ({ message: `${label} allows the action ${JSON.stringify(action)}`, path, control: "actions" }));
}

function resources(statement: AllowStatement, anyResource: readonly string[]): readonly Violation[] {
  const { label, actions, resources, condition, path } = statement;
  const all = resources.find((resource) => /^\*+$/.test(resource));
  if (all === undefined || narrowsResources(condition)) return [];
  const limited = actions.filter((action) => !anyResource.some((pattern) => fits(pattern, action)));
  if (limited.length === 0 && actions.length > 0) return [];
  const message = `${label} allows ${limited.join(", ")} on the resource ${JSON.stringify(all)}`;
  return [{ message, path, control: "resources" }];
}

/** Names of services and actions are the same in upper and lower case. */
function fits(pattern: string, action: string): boolean {
  const [service, name] = pattern.split(":");
  const [ofService, ofName] = action.split(":");
  return part(service, ofService) && part(name, ofName);
}

function part(pattern = "", text = ""): boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.endsWith("*")) return wanted === text.toLowerCase();
  return text.toLowerCase().startsWith(wanted.slice(0, -1));
}

/** Policies of AWS that are attached by their ARN. */
function attached(object: JsonObject, refused: readonly string[]): readonly Violation[] {
  const { policyArn, managedPolicyArns } = record(object);
  const arns = [...texts(policyArn), ...(isList(managedPolicyArns) ? texts(managedPolicyArns) : [])];
  return arns
    .filter((arn) => refused.some((name) => /^arn:[^:]+:iam::aws:policy\//.test(arn) && arn.endsWith(`/${name}`)))
    .map((arn) => ({
      message: `it attaches ${JSON.stringify(arn)}`,
      path: [policyArn === arn ? "policyArn" : "managedPolicyArns"],
      control: "managed-policies",
    }));
}
