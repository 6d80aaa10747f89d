import { z } from "zod";
import { record } from "../../core/manifest/json.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { objectRule } from "../rule.ts";

/** What is encrypted, stands elsewhere, or is public: SOPS, Vault, helm-secrets, variables, and certificates. */
const harmless = [
  /^ENC\[[A-Z0-9_]+,/,
  /^(vault:|ref\+\w+:\/\/|op:\/\/|<path:)/,
  /^\$(\{\w+\}|\(\w+\)|\w+)$/,
  /^(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----\s*)+$/,
];

/** What the value of a key means: of `data` what its base64 stands for, if it is some. */
function meaning(field: string, value: Json): string {
  if (typeof value !== "string") return value === null ? "" : "?";
  if (field === "stringData" || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) return value;
  return Buffer.from(value, "base64").toString("utf8");
}

export const noPlaintextSecrets = objectRule({
  name: "no-plaintext-secrets",
  description: "Git holds no Secret that everybody who reads it can read.",
  remediation:
    "Let an operator make the Secret, from a SealedSecret or an ExternalSecret, and replace what it held: Git keeps the old value.",
  severity: "high",
  level: "disabled",
  links: ["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
  settings: z.strictObject({
    types: z
      .array(z.string())
      .default([])
      .describe('Types of Secrets that may stand in Git: "kubernetes.io/dockerconfigjson".'),
    placeholders: z
      .array(z.string())
      .default([])
      .describe("Values that stand for none, in capitals or not: something else fills them in."),
  }),
  check: ({ object }, { types, placeholders }) => {
    const { apiVersion, kind, type } = object;
    if (apiVersion !== "v1" || kind !== "Secret" || (typeof type === "string" && types.includes(type))) return [];
    const fillers = new Set(placeholders.map((placeholder) => placeholder.toLowerCase()));
    return ["data", "stringData"].flatMap((field) =>
      Object.entries(record(object[field])).flatMap(([key, value]) => {
        const text = meaning(field, value).trim();
        if (text === "" || fillers.has(text.toLowerCase()) || harmless.some((form) => form.test(text))) return [];
        return [{ message: `${field} holds the key ${JSON.stringify(key)} in plain text`, path: [field, key] }];
      }),
    );
  },
});
