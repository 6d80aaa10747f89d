import { isJsonObject, isList, record } from "../manifest/json.ts";
import {
  groupOf,
  kindGroup,
  namespaceOf,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from "../manifest/manifest.ts";
import { podNeeds } from "../manifest/pod-needs.ts";
import { podsOf } from "../manifest/pods.ts";

/** What an object needs of others on its cluster, in the words of `provides`. */
export interface Needs {
  /** Without these it cannot be created, or its pods cannot start. */
  readonly hard: readonly string[];
  /** With these it starts as it is meant to: access, limits, classes. */
  readonly soft: readonly string[];
}

/** Kinds that others name by kind and name, in their own namespace or, without one, on the cluster. */
const named = new Set([
  "ServiceAccount",
  "ConfigMap",
  "Secret",
  "PersistentVolumeClaim",
  "Role.rbac.authorization.k8s.io",
  "ClusterRole.rbac.authorization.k8s.io",
  "PriorityClass.scheduling.k8s.io",
  "RuntimeClass.node.k8s.io",
  "StorageClass.storage.k8s.io",
  "IngressClass.networking.k8s.io",
]);
const bindings = new Set(["RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"]);
const limits = new Set(["LimitRange", "ResourceQuota"]);
/** Kinds whose pods start as soon as they exist, and that wait for them. */
const starters = new Set([
  "Pod",
  "ReplicationController",
  "ReplicaSet.apps",
  "Deployment.apps",
  "StatefulSet.apps",
  "DaemonSet.apps",
  "Job.batch",
]);

/** What others can need of an object. */
export function provides(object: KubernetesObject): readonly string[] {
  const kind = kindGroup(object);
  const namespace = namespaceOf(object);
  if (kind === "Namespace") return [`Namespace ${object.metadata.name}`];
  if (named.has(kind)) return [key(namespace, `${object.kind} ${object.metadata.name}`)];
  if (limits.has(kind)) return [key(namespace, "limits")];
  if (bindings.has(kind)) return subjects(object).map((account) => `access of ${account}`);
  if (kind !== "CustomResourceDefinition.apiextensions.k8s.io") return [];
  const spec = record(object["spec"]);
  const { group } = spec;
  const { kind: defined } = record(spec["names"]);
  return typeof defined === "string" && typeof group === "string" ? [kindKey(defined, group)] : [];
}

/** What an object needs of others. */
export function needsOf(object: KubernetesObject): Needs {
  const namespace = namespaceOf(object);
  const starts = starters.has(kindGroup(object)) && record(object["spec"])["replicas"] !== 0;
  const pods = podsOf(object).map(({ spec }) => spec);
  const supplies = [
    ...podNeeds(object).map(({ need, optional }) => ({ need: key(namespace, need), hard: starts && !optional })),
    ...pods
      .flatMap((pod) => [
        ...reference("PriorityClass", pod["priorityClassName"]),
        ...reference("RuntimeClass", pod["runtimeClassName"]),
      ])
      .map((need) => ({ need, hard: starts })),
  ];
  const accounts = pods.flatMap((pod) => text(pod["serviceAccountName"]));
  return {
    hard: distinct([
      kindKey(object.kind, groupOf(object.apiVersion)),
      ...(namespace === undefined ? [] : [`Namespace ${namespace}`]),
      ...supplies.filter(({ hard }) => hard).map(({ need }) => need),
    ]),
    soft: distinct([
      ...supplies.filter(({ hard }) => !hard).map(({ need }) => need),
      ...(pods.length > 0 ? [key(namespace, "limits")] : []),
      ...accounts.map((account) => `access of ${key(namespace, account)}`),
      ...rolesAndClasses(object),
    ]),
  };
}

/** Roles of bindings, and the classes that claims and Ingresses name. */
function rolesAndClasses(object: KubernetesObject): readonly string[] {
  const spec = record(object["spec"]);
  const kind = kindGroup(object);
  if (kind === "PersistentVolumeClaim") return reference("StorageClass", spec["storageClassName"]);
  if (kind === "Ingress.networking.k8s.io") return reference("IngressClass", spec["ingressClassName"]);
  if (!bindings.has(kind)) return [];
  const { kind: role, name } = record(object["roleRef"]);
  if (role === "ClusterRole") return reference(role, name);
  return reference("Role", name).map((need) => key(namespaceOf(object), need.slice(1)));
}

/** ServiceAccounts that a binding gives access to, as `<namespace>/<name>`. */
function subjects(binding: KubernetesObject): readonly string[] {
  const list: Json | undefined = binding["subjects"];
  const found: readonly JsonObject[] = isList(list) ? list.filter(isJsonObject) : [];
  return found
    .filter(({ kind }) => kind === "ServiceAccount")
    .flatMap(({ namespace, name }) => {
      const [home = namespaceOf(binding)] = text(namespace);
      return text(name).map((account) => key(home, account));
    });
}

/** A cluster-scoped object that is named. */
function reference(kind: string, name: Json | undefined): readonly string[] {
  return text(name).map((found) => key(undefined, `${kind} ${found}`));
}

function text(value: Json | undefined): readonly string[] {
  return typeof value === "string" && value !== "" ? [value] : [];
}

function key(namespace: string | undefined, what: string): string {
  return `${namespace ?? ""}/${what}`;
}

/** A kind, in the words of `provides`. */
export function kindKey(kind: string, group: string): string {
  return `kind ${kind} of ${group}`;
}

function distinct(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)];
}
