import { z } from "zod";
import { formats } from "../formats.ts";
import { distinct, name, text } from "./common.ts";

/** Access policies of EKS, as documents call them, by the names that AWS gives them. */
export const eksAccessPolicies = {
  "cluster-admin": "AmazonEKSClusterAdminPolicy",
  admin: "AmazonEKSAdminPolicy",
  "admin-view": "AmazonEKSAdminViewPolicy",
  edit: "AmazonEKSEditPolicy",
  view: "AmazonEKSViewPolicy",
} as const;

/** Who of AWS may do what in the cluster. */
export const eksAccess = z
  .strictObject({
    principal: text(formats.principal).describe("ARN of the IAM role or user."),
    policy: z
      .enum(["cluster-admin", "admin", "admin-view", "edit", "view"])
      .optional()
      .describe("Access policy of EKS that it gets."),
    namespaces: distinct(name)
      .default([])
      .describe("Namespaces in which the policy holds. Default: the whole cluster."),
    groups: distinct(z.string().min(1).max(253))
      .default([])
      .describe("Groups of RBAC that it belongs to, such as those of `tenants.<t>.access`."),
  })
  .meta({ title: "EksAccess", description: "An access entry: an identity of AWS and what it may do in the cluster." });

/** A service account whose pods act as a role. */
export const eksPodIdentity = z
  .strictObject({
    namespace: name.describe("Namespace of the service account."),
    serviceAccount: z.string().min(1).max(253).describe("Name of the service account."),
    role: text(formats.role).optional().describe("ARN of a role that trusts pods.eks.amazonaws.com."),
    policies: distinct(text(formats.iamPolicy))
      .optional()
      .describe("ARNs of policies: a role that has them is made. Instead of `role`."),
  })
  .meta({ title: "EksPodIdentity", description: "A service account whose pods act as a role of AWS." });

/** An EKS add-on. */
export const eksAddon = z
  .strictObject({
    enabled: z.boolean().default(true).describe("False: one that is there by default is not."),
    version: text(formats.addonVersion)
      .optional()
      .describe("Its version. Default: what EKS takes on its own when it makes the add-on, and then stays."),
    configuration: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("Its settings, as `aws eks describe-addon-configuration` describes them."),
  })
  .meta({
    title: "EksAddon",
    description: "An EKS add-on. What it may do at AWS, `podIdentity` says; aws-ebs-csi-driver gets it by itself.",
  });
