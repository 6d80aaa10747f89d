import { isJsonObject, record } from "../core/manifest/json.ts";
import type { JsonObject } from "../core/manifest/manifest.ts";
import { parseResourceName, resourceName, resourceType } from "../core/plan/identity.ts";
import { ownerAnnotations } from "../core/plan/ownership.ts";

/** What a rule looks at: a Kubernetes object, the object of a hook, or a cloud resource. */
export interface Subject {
  /** Name of its resource; of Kubernetes objects `<cluster>/<namespace or _>/<Kind.group>/<name>`. */
  readonly name: string;
  readonly urn: string;
  /** Pulumi type: `kubernetes:apps/v1:Deployment`, `aws:eks/cluster:Cluster`. */
  readonly type: string;
  /** The object as the cluster gets it, or the inputs of the cloud resource. */
  readonly object: JsonObject;
  /** Empty for cloud resources. */
  readonly cluster: string;
  /** Absent for objects that Driftless writes itself, and for those of other programs. */
  readonly application?: string;
  /** The tenant that Driftless wrote it for; absent for objects of applications. */
  readonly tenant?: string;
  /** File in the source. */
  readonly origin?: string;
  /** URNs of the resources that a property of a cloud resource comes from; known in stack rules only. */
  readonly references?: (property: string) => readonly string[];
}

/** The part that is needed of what Pulumi tells about a resource. */
export interface PolicyResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: JsonObject;
  /** Resources that its properties come from, where Pulumi tells them. */
  readonly propertyDependencies?: Readonly<Record<string, readonly { readonly urn: string }[]>>;
}

/** The subject that a resource is, or undefined if rules have nothing to say about it. */
export function subjectOf({ type, name, urn, props, propertyDependencies }: PolicyResource): Subject | undefined {
  if (type.startsWith("aws:")) {
    const references = (property: string) => (propertyDependencies?.[property] ?? []).map((each) => each.urn);
    return { type, name, urn, object: props, cluster: "", references };
  }
  if (type.startsWith("kubernetes:")) return kubernetesSubject({ type, name, urn, props });
  // A hook keeps the object that it applies in its input.
  const { object, cluster } = type === "pulumi:index:Stash" ? record(props["input"]) : {};
  if (!isJsonObject(object) || typeof cluster !== "string") return undefined;
  const { apiVersion, kind, metadata } = object;
  const title = record(metadata)["name"];
  if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof title !== "string") return undefined;
  const named = { apiVersion, kind, metadata: { ...record(metadata), name: title } };
  return kubernetesSubject({ type: resourceType(named), name: resourceName(cluster, named), urn, props: object });
}

function kubernetesSubject({ type, name, urn, props }: PolicyResource): Subject {
  const annotations = record(record(props["metadata"])["annotations"]);
  const text = (key: "application" | "tenant" | "origin"): Partial<Record<typeof key, string>> => {
    const value = annotations[ownerAnnotations[key]];
    return typeof value === "string" ? { [key]: value } : {};
  };
  return {
    ...{ type, name, urn, object: props, cluster: parseResourceName(name)?.cluster ?? "" },
    ...text("application"),
    ...text("tenant"),
    ...text("origin"),
  };
}
