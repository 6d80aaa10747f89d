import type { JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";
import { isJsonObject, record } from "../../core/manifest/json.ts";
import { resourceName, resourceType } from "../../core/plan/identity.ts";
import type { Rule } from "../../policies/rule.ts";
import { subjectOf, type PolicyResource, type Subject } from "../../policies/subject.ts";

/** An object on the cluster "main" as Pulumi shows it to a pack. */
export function resourceOf(object: JsonObject): PolicyResource {
  const { apiVersion, kind, metadata } = object;
  const title = record(metadata)["name"];
  const titled: KubernetesObject = {
    apiVersion: typeof apiVersion === "string" ? apiVersion : "v1",
    kind: typeof kind === "string" ? kind : "Pod",
    metadata: { ...(isJsonObject(metadata) ? metadata : {}), name: typeof title === "string" ? title : "web" },
  };
  const name = resourceName("main", titled);
  const type = resourceType(titled);
  return { type, name, urn: `urn:pulumi:dev::driftless::${type}::${name}`, props: object };
}

/** The subject of an object on the cluster "main". */
export function subject(object: JsonObject): Subject {
  const found = subjectOf(resourceOf(object));
  if (found === undefined) throw new Error("no subject");
  return found;
}

/** Messages of a rule about one object. */
export function messagesOf(rule: Rule, object: JsonObject, settings: JsonObject = {}): readonly string[] {
  return rule.checkSubject(subject(object), settings).map(({ message }) => message);
}

/** Messages of a rule about a stack of objects, each behind the resource name of its object. */
export function stackMessagesOf(
  rule: Rule,
  objects: readonly JsonObject[],
  settings: JsonObject = {},
): readonly string[] {
  return rule.checkStack(objects.map(subject), settings).map((each) => `${each.subject.name}: ${each.message}`);
}

/** Messages of a rule about one cloud resource of a type, made of these inputs. */
export function cloudMessagesOf(
  rule: Rule,
  type: string,
  inputs: JsonObject,
  settings: JsonObject = {},
): readonly string[] {
  const found = subjectOf({ type, name: "main", urn: `urn:pulumi:dev::driftless::${type}::main`, props: inputs });
  if (found === undefined) throw new Error("no subject");
  return rule.checkSubject(found, settings).map(({ message }) => message);
}
