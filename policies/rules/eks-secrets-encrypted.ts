import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import { texts } from "../aws/policy-document.ts";
import { cloudRule } from "../rule.ts";

export const eksSecretsEncrypted = cloudRule({
  name: "eks-secrets-encrypted",
  description: "An EKS cluster encrypts its Secrets with a KMS key of the account.",
  remediation: 'Set encryptionConfig with resources ["secrets"] and provider.keyArn.',
  severity: "high",
  level: "disabled",
  links: ["https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html"],
  types: ["aws:eks/cluster:Cluster"],
  settings: z.strictObject({}),
  check: ({ object }) => {
    const { resources, provider } = record(object["encryptionConfig"]);
    if (!texts(resources).includes("secrets")) {
      return [{ message: "Secrets are not encrypted with a key of the account", path: ["encryptionConfig"] }];
    }
    const { keyArn } = record(provider);
    if (typeof keyArn === "string" && keyArn !== "") return [];
    return [{ message: "no key is named to encrypt Secrets with", path: ["encryptionConfig", "provider", "keyArn"] }];
  },
});
