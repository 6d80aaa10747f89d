import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { Output, Resource } from "@pulumi/pulumi";
import { managedPolicyArn } from "../../core/eks/partition.ts";
import { trustPolicy } from "../../core/eks/trust.ts";
import type { EksScope } from "./scope.ts";

/** A role of AWS to make. */
export interface RoleArgs {
  /** What its resource is called: `role/<key>`. */
  readonly key: string;
  /** Its name at AWS. */
  readonly name: string;
  /** The service that may take it on. */
  readonly service: string;
  /** What that service may do with it beyond `sts:AssumeRole`. */
  readonly actions?: readonly string[];
  /** Policies by ARN, or by their name among those of AWS. */
  readonly policies: readonly string[];
}

/** A role and what it may do. */
export interface CreatedRole {
  readonly arn: Output<string>;
  /** There when the role may do all that it is for; whatever acts as the role goes before them. */
  readonly attachments: readonly Resource[];
}

/** Creates a role with its policies attached. */
export function createRole(scope: EksScope, { key, name, service, actions = [], policies }: RoleArgs): CreatedRole {
  const { plan, options } = scope;
  const args = { name, assumeRolePolicy: trustPolicy(service, actions), tags: plan.tags };
  const role = new Role(scope.name(`role/${key}`), args, options);
  const attachments = policies.map((policy) => {
    const attached = { role: role.name, policyArn: managedPolicyArn(plan.region, policy) };
    const part = `role/${key}/${policy.slice(policy.lastIndexOf("/") + 1)}`;
    return new RolePolicyAttachment(scope.name(part), attached, options);
  });
  return { arn: role.arn, attachments };
}
