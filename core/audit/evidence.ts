import { valueAt } from "../drift/items.ts";
import { normalForm } from "../drift/normal-form.ts";
import type { Difference } from "../drift/report.ts";
import { isJsonObject, isList, record, sameJson } from "../manifest/json.ts";
import type { Json, JsonObject, KubernetesObject } from "../manifest/manifest.ts";
import type { Step } from "../plan/path.ts";
import type { AuditEvent } from "./event.ts";

/**
 * What a request says of a field that has drifted:
 * - `has`: the object had its present value after it;
 * - `wrote`: likewise, and the request was a patch that names the field;
 * - `other`: it had another value, or was given one;
 * - `silent`: nothing, most often because the log holds no bodies.
 */
export type Evidence = "has" | "wrote" | "other" | "silent";

/** What the bodies of a request say of a field. */
export function evidenceOf({ facts, request, response }: AuditEvent, difference: Difference): Evidence {
  if (difference.kind === "moved") return "silent";
  const { verb, target } = facts;
  const { steps } = difference;
  const wanted = difference.kind === "removed" ? undefined : difference.new;
  if (target.subresource === "scale")
    return judged(record(response ?? objectOf(request)), steps, wanted, "wrote", false);
  if (target.subresource !== undefined) return "silent";
  const whole = wholeObject(response) ?? (verb === "patch" ? undefined : wholeObject(request));
  const said = verb === "patch" ? patchEvidence(request, steps, wanted) : "silent";
  if (whole === undefined) return said;
  const found = judged(normalForm(whole), steps, wanted, "has", true);
  return found === "has" && said !== "silent" ? "wrote" : found;
}

function judged(
  object: JsonObject,
  steps: readonly Step[],
  wanted: Json | undefined,
  same: Evidence,
  whole: boolean,
): Evidence {
  const found = valueAt(object, steps);
  if (found === undefined && !whole) return "silent";
  return sameJson(found, wanted) ? same : "other";
}

function patchEvidence(request: AuditEvent["request"], steps: readonly Step[], wanted: Json | undefined): Evidence {
  if (request === undefined) return "silent";
  return isList(request)
    ? listEvidence(request, steps, wanted)
    : mergeEvidence(record(objectOf(request)), steps, wanted);
}

/** A patch that is an object says what it sets, and with null what it takes away. */
function mergeEvidence(patch: JsonObject, steps: readonly Step[], wanted: Json | undefined): Evidence {
  const found = valueAt(patch, steps);
  if (found === null) return wanted === undefined ? "wrote" : "other";
  return judged(patch, steps, wanted, "wrote", false);
}

/** The last operation of a JSON patch at a field, or at something that it is in, counts. */
function listEvidence(patch: readonly Json[], steps: readonly Step[], wanted: Json | undefined): Evidence {
  const at = patch.map(record).findLast(({ path }) => typeof path === "string" && leadsTo(path, steps));
  if (at === undefined) return "silent";
  const { op, value, path } = at;
  if (op === "remove") return wanted === undefined ? "wrote" : "other";
  if (value === undefined || typeof path !== "string") return "silent";
  const below = valueAt({ value }, ["value", ...steps.slice(partsOf(path).length)]);
  return below !== undefined && sameJson(below, wanted) ? "wrote" : "silent";
}

/** An item of a list may stand anywhere: only the names of fields are compared. */
function leadsTo(pointer: string, steps: readonly Step[]): boolean {
  const parts = partsOf(pointer);
  return parts.length <= steps.length && parts.every((part, at) => typeof steps[at] !== "string" || steps[at] === part);
}

function partsOf(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function objectOf(body: AuditEvent["request"]): JsonObject | undefined {
  return body === undefined || isList(body) || !isJsonObject(body) ? undefined : body;
}

function wholeObject(body: AuditEvent["request"]): KubernetesObject | undefined {
  const object = objectOf(body);
  return object !== undefined && isWhole(object) ? object : undefined;
}

/** An answer about a failure, and a list, are no objects with a name. */
function isWhole(object: JsonObject): object is KubernetesObject {
  const { apiVersion, kind, metadata } = object;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof record(metadata)["name"] === "string";
}
