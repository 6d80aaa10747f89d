import { z } from "zod";
import { bindingOf } from "../rbac.ts";
import { objectRule } from "../rule.ts";

export const rbacNoClusterAdmin = objectRule({
  name: "rbac-no-cluster-admin",
  description: "Nobody is bound to cluster-admin, and nothing is given to system:masters.",
  remediation: "Bind a role that allows what is needed.",
  severity: "critical",
  level: "mandatory",
  links: ["https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege"],
  settings: z.strictObject({
    roles: z.array(z.string()).default(["cluster-admin"]).describe("ClusterRoles that nobody is bound to."),
    groups: z.array(z.string()).default(["system:masters"]).describe("Groups that nothing is given to."),
  }),
  check: ({ object }, { roles, groups }) => {
    const binding = bindingOf(object);
    if (binding === undefined) return [];
    const { role, subjects } = binding;
    return [
      ...(role.kind === "ClusterRole" && roles.includes(role.name)
        ? [{ message: `the binding gives the ClusterRole ${role.name}`, path: ["roleRef", "name"], control: "role" }]
        : []),
      ...subjects
        .filter(({ kind, name }) => kind === "Group" && groups.includes(name))
        .map(({ name, path }) => ({ message: `the binding is for the group ${name}`, path, control: "group" })),
    ];
  },
});
