import { isJsonObject, isList, record } from "../../core/manifest/json.ts";
import type { Json, JsonObject, Path } from "../../core/manifest/manifest.ts";
import { podsOf } from "../../core/manifest/pods.ts";
import type { ControlName } from "./controls.ts";
import { isOn, isSet, itemsOf, podOf, type Pod } from "./pod.ts";

/** Members to set in one object inside an object. */
interface Change {
  readonly path: Path;
  readonly members: JsonObject;
}

/**
 * What can be mended with no risk for a program that does nothing special: where nothing is said, no process gains
 * privileges by starting another, and system calls are those of the container runtime's default profile.
 */
const mended: Partial<Record<ControlName, (pod: Pod) => readonly Change[]>> = {
  "allow-privilege-escalation": ({ containers }) =>
    containers
      .filter(({ context }) => !isSet(context["allowPrivilegeEscalation"]) && !gainsPrivileges(context))
      .map(({ contextPath }) => ({ path: contextPath, members: { allowPrivilegeEscalation: false } })),
  "seccomp-profile-restricted": ({ own, containers }) =>
    isSet(own.context["seccompProfile"]) || containers.every(({ context }) => isSet(context["seccompProfile"]))
      ? []
      : [{ path: own.contextPath, members: { seccompProfile: { type: "RuntimeDefault" } } }],
};

/** Privileged containers must escalate; added capabilities may come from the program's file, which counts as escalation. */
function gainsPrivileges(context: JsonObject): boolean {
  return isOn(context["privileged"]) || itemsOf(record(context["capabilities"])["add"]).length > 0;
}

/** The object with what is safe to mend mended for the controls that it violates; undefined if there is nothing. */
export function remediated(object: JsonObject, violated: ReadonlySet<string>): JsonObject | undefined {
  const changes = podsOf(object)
    .map(podOf)
    .flatMap((pod) => Object.entries(mended).flatMap(([name, mend]) => (violated.has(name) ? mend(pod) : [])));
  if (changes.length === 0) return undefined;
  return changes.reduce((result, { path, members }) => record(withMembers(result, path, members)), object);
}

function withMembers(value: Json | undefined, [step, ...rest]: Path, members: JsonObject): Json {
  if (step === undefined) return { ...record(value), ...members };
  if (typeof step === "number" && isList(value)) {
    return value.map((item, index) => (index === step ? withMembers(item, rest, members) : item));
  }
  const object = isJsonObject(value) ? value : {};
  return { ...object, [step]: withMembers(object[step], rest, members) };
}
