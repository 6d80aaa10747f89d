import { isJsonObject, isList, record } from "../../manifest/json.ts";
import { quote } from "../../errors/quote.ts";
import type { Json, KubernetesObject } from "../../manifest/manifest.ts";
import { fieldPath, type Step } from "../path.ts";
import type { Problem } from "./problem.ts";

/** Namespaces on an application's clusters that belong to other tenants, which share nothing with its own: whose they are. */
export type ForeignNamespaces = ReadonlyMap<string, string>;

/**
 * What an object names of another tenant: its namespace in a reference (a subject of a RoleBinding, a backend of a route, a
 * grant), its accounts by user name, its objects as `namespace/name` or its Services by host in an annotation, its Services as an external name.
 * Where objects themselves go is checked elsewhere.
 */
export function checkForeign(object: KubernetesObject, foreign: ForeignNamespaces): readonly Problem[] {
  if (foreign.size === 0) return [];
  const { metadata, ...rest } = object;
  const problems: Problem[] = [];
  const note = (steps: readonly Step[], namespace: string): void => {
    const owner = foreign.get(namespace);
    if (owner === undefined) return;
    problems.push({
      code: "SCOPE_DENIED",
      message: `it refers to namespace ${quote(namespace)}, which belongs to tenant "${owner}".`,
      field: fieldPath(steps),
      fix: `Remove the reference, or have tenant "${owner}" share what it has: tenants.${owner}.sharedWith.`,
    });
  };
  walk(rest, [], (steps, text) => {
    for (const namespace of namedBy(steps, text)) note(steps, namespace);
  });
  for (const [name, value] of Object.entries(record(metadata["annotations"]))) {
    if (typeof value !== "string") continue;
    for (const [, namespace = ""] of [...value.matchAll(objectReference), ...value.matchAll(serviceHost)])
      note(["metadata", "annotations", name], namespace);
  }
  return problems;
}

/** `namespace/name`, alone or among several. */
const objectReference = /(?:^|[,\s])([a-z0-9][a-z0-9-]*)\/[a-z0-9][a-z0-9.-]*(?=$|[,\s])/g;
/** `http://name.namespace.svc:80/path`: where an ingress controller sends what it is asked. */
const serviceHost = /(?<![a-z0-9.-])[a-z0-9-]+\.([a-z0-9-]+)\.svc(?![a-z0-9-])/g;
const account = /^system:serviceaccounts?:([a-z0-9-]+)(?::|$)/;
const serviceName = /^[a-z0-9-]+\.([a-z0-9-]+)\.svc(?:\.|$)/;

/** The namespaces that a text names where it stands. */
function namedBy(steps: readonly Step[], text: string): readonly string[] {
  const field = steps.findLast((step) => typeof step === "string") ?? "";
  if (/(?:^n|N)amespaces?$/.test(field)) return [text];
  const [, found] = account.exec(text) ?? (field === "externalName" ? serviceName.exec(text) : undefined) ?? [];
  return found === undefined ? [] : [found];
}

function walk(value: Json | undefined, steps: readonly Step[], visit: (steps: readonly Step[], text: string) => void) {
  if (typeof value === "string") visit(steps, value);
  else if (isList(value)) value.forEach((item, at) => walk(item, [...steps, at], visit));
  else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) walk(item, [...steps, key], visit);
}
