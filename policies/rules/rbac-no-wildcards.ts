import { z } from "zod";
import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import { grantsOf } from "../rbac.ts";
import { objectRule } from "../rule.ts";

const fields = ["verbs", "resources", "apiGroups", "nonResourceURLs"] as const;

/** True for `*`, `pods/*` and the URLs `/*`; a URL such as `/healthz/*` names something. */
function isWildcard(text: string): boolean {
  return text === "/*" || (!text.startsWith("/") && text.split("/").includes("*"));
}

/** Selectors of an aggregated ClusterRole that take in every ClusterRole: those that ask for nothing. */
function aggregatesAll(object: JsonObject): readonly Violation[] {
  const selectors = record(object["aggregationRule"])["clusterRoleSelectors"];
  if (object["kind"] !== "ClusterRole" || !isList(selectors)) return [];
  return selectors.flatMap((selector, index) => {
    const { matchLabels, matchExpressions } = record(selector);
    if (Object.keys(record(matchLabels)).length > 0 || (isList(matchExpressions) && matchExpressions.length > 0))
      return [];
    if (!isJsonObject(selector)) return [];
    const path = ["aggregationRule", "clusterRoleSelectors", index];
    return [{ message: "the role takes in the rules of every ClusterRole", path, control: "aggregation" }];
  });
}

export const rbacNoWildcards = objectRule({
  name: "rbac-no-wildcards",
  description: "Roles name what they allow, so that nobody gets what is only invented later.",
  remediation: "Name the verbs, resources and groups that are needed.",
  severity: "high",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"],
  settings: z.strictObject({
    fields: z
      .array(z.enum(fields))
      .default(["verbs", "resources", "nonResourceURLs"])
      .describe("Fields of a role's rules that hold no wildcard."),
  }),
  check: ({ object }, settings) => [
    ...grantsOf(object).flatMap((grant) =>
      settings.fields.flatMap((field) => {
        const wildcard = grant[field].find(isWildcard);
        if (wildcard === undefined) return [];
        const message = `the role allows ${field} ${JSON.stringify(wildcard)}`;
        return [{ message, path: [...grant.path, field], control: field }];
      }),
    ),
    ...aggregatesAll(object),
  ],
});
