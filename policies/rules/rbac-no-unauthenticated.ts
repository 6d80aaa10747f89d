import { z } from "zod";
import { bindingOf } from "../rbac.ts";
import { objectRule } from "../rule.ts";

export const rbacNoUnauthenticated = objectRule({
  name: "rbac-no-unauthenticated",
  description: "Nothing is given to who has not said who they are.",
  remediation: "Bind the role to the users, groups or ServiceAccounts that need it.",
  severity: "critical",
  level: "mandatory",
  links: [
    "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#hardening",
    "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles",
  ],
  settings: z.strictObject({
    groups: z
      .array(z.string())
      .default(["system:unauthenticated"])
      .describe('Groups that nothing is given to; "system:authenticated" would be another.'),
    users: z.array(z.string()).default(["system:anonymous"]).describe("Users that nothing is given to."),
  }),
  check: ({ object }, { groups, users }) =>
    (bindingOf(object)?.subjects ?? [])
      .filter(
        ({ kind, name }) => (kind === "Group" && groups.includes(name)) || (kind === "User" && users.includes(name)),
      )
      .map(({ kind, name, path }) => ({ message: `the binding is for the ${kind.toLowerCase()} ${name}`, path })),
});
