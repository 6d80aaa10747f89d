import type { TenantSpec } from "../../environment/spec.ts";
import { quote } from "../../errors/quote.ts";
import { isList, record } from "../../manifest/json.ts";
import { kindGroup, namespaceOf, type JsonObject, type KubernetesObject } from "../../manifest/manifest.ts";
import type { ForeignNamespaces } from "./foreign.ts";
import type { Problem } from "./problem.ts";

/** Who may be given rights by what a tenant's applications hold. */
export interface BindingRules {
  /** Name of the tenant. */
  readonly name: string;
  readonly tenant: Pick<TenantSpec, "namespaces" | "access" | "allow" | "deployAs">;
  /** Namespaces of tenants that share what they have with this one. */
  readonly shared: ReadonlySet<string>;
  /** Namespaces of tenants that do not: references to them are refused elsewhere. */
  readonly foreign: ForeignNamespaces;
}

const bindings = ["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"];

/**
 * To whom a binding gives rights that the tenant was not given: everybody but accounts of its own namespaces, whom
 * `access` names and whom `allow.roleBindings` names. A team that deploys as the environment hands out rights as it likes.
 */
export function checkBinding(object: KubernetesObject, rules: BindingRules): readonly Problem[] {
  if (!bindings.includes(kindGroup(object)) || rules.tenant.deployAs === "environment") return [];
  const { subjects } = object;
  const { access, allow } = rules.tenant;
  const known = new Set([...access.admin, ...access.edit, ...access.view, ...allow.roleBindings]);
  return (isList(subjects) ? subjects.map(record) : []).flatMap((subject, at): readonly Problem[] => {
    const { reference, namespace } = referenceOf(subject, namespaceOf(object) ?? "");
    if (known.has(reference)) return [];
    if (namespace !== undefined && isOpen(namespace, rules)) return [];
    return [
      {
        code: "SCOPE_DENIED",
        message: `it gives rights to ${quote(reference)}, whom tenant "${rules.name}" has not been given.`,
        field: `subjects[${at}]`,
        fix: `Remove it, or add "${reference}" to tenants.${rules.name}.access or tenants.${rules.name}.allow.roleBindings.`,
      },
    ];
  });
}

/** Foreign ones are said already, and sharing is how they are allowed. */
function isOpen(namespace: string, { tenant, shared, foreign }: BindingRules): boolean {
  return tenant.namespaces.includes(namespace) || shared.has(namespace) || foreign.has(namespace);
}

/** Accounts may be written as users, and all of a namespace's as a group. */
const accounts = /^system:serviceaccounts?:([a-z0-9-]+)(?::|$)/;

/** A subject as the document writes it, with the namespace of an account. */
function referenceOf(
  { kind, name, namespace }: JsonObject,
  home: string,
): { readonly reference: string; readonly namespace: string | undefined } {
  const text = typeof name === "string" ? name : "";
  if (kind === "ServiceAccount") {
    const place = typeof namespace === "string" ? namespace : home;
    return { reference: `serviceaccount:${place}/${text}`, namespace: place };
  }
  return { reference: `${kind === "Group" ? "group" : "user"}:${text}`, namespace: accounts.exec(text)?.[1] };
}
