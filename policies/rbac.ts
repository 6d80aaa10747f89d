import { isJsonObject, isList } from "../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../core/manifest/manifest.ts";

export const rbacGroup = "rbac.authorization.k8s.io";

/** One rule of a Role or ClusterRole, as lists of text. */
export interface Grant {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly path: Path;
}

/** The rules of a Role or ClusterRole; none for other objects. */
export function grantsOf(object: JsonObject): readonly Grant[] {
  if (!isRbac(object, ["Role", "ClusterRole"])) return [];
  return records(object["rules"]).map(({ value, index }) => ({
    verbs: texts(value["verbs"]),
    apiGroups: texts(value["apiGroups"]),
    resources: texts(value["resources"]),
    resourceNames: texts(value["resourceNames"]),
    nonResourceURLs: texts(value["nonResourceURLs"]),
    path: ["rules", index],
  }));
}

/** Somebody to whom a binding gives a role. */
export interface BoundSubject {
  readonly kind: string;
  readonly name: string;
  readonly path: Path;
}

/** The role that a RoleBinding or ClusterRoleBinding gives, and to whom; undefined for other objects. */
export function bindingOf(
  object: JsonObject,
):
  | { readonly role: { readonly kind: string; readonly name: string }; readonly subjects: readonly BoundSubject[] }
  | undefined {
  if (!isRbac(object, ["RoleBinding", "ClusterRoleBinding"])) return undefined;
  return {
    role: named(object["roleRef"]),
    subjects: records(object["subjects"]).map(({ value, index }) => ({ ...named(value), path: ["subjects", index] })),
  };
}

/** True if a grant is about a resource: `serviceaccounts/token` of the group "". Wildcards count. */
export function covers({ apiGroups, resources }: Grant, group: string, resource: string): boolean {
  const [, subresource] = resource.split("/");
  const wide = subresource === undefined ? ["*", resource] : ["*", resource, `*/${subresource}`];
  return has(apiGroups, [group, "*"]) && has(resources, wide);
}

/** True if a grant allows a verb. */
export function allows({ verbs }: Grant, verb: string): boolean {
  return has(verbs, [verb, "*"]);
}

function has(list: readonly string[], wanted: readonly string[]): boolean {
  return list.some((each) => wanted.includes(each));
}

function isRbac({ apiVersion, kind }: JsonObject, kinds: readonly string[]): boolean {
  const ours = typeof apiVersion === "string" && apiVersion.startsWith(`${rbacGroup}/`);
  return ours && typeof kind === "string" && kinds.includes(kind);
}

function named(value: Json | undefined): { readonly kind: string; readonly name: string } {
  const { kind, name } = isJsonObject(value) ? value : {};
  return { kind: typeof kind === "string" ? kind : "", name: typeof name === "string" ? name : "" };
}

function records(list: Json | undefined): readonly { readonly value: JsonObject; readonly index: number }[] {
  return isList(list) ? list.flatMap((value, index) => (isJsonObject(value) ? [{ value, index }] : [])) : [];
}

function texts(list: Json | undefined): readonly string[] {
  return isList(list) ? list.filter((each) => typeof each === "string") : [];
}
