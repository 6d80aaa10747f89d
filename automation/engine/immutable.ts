import type { Finding } from "../../core/errors/finding.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { immutableFix } from "../../core/safety/fixes.ts";
import { objectText } from "./text.ts";

/** What the API server says, in the words of its many validations, where a field cannot be changed in place. */
const refusals: readonly RegExp[] = [
  /field is immutable/,
  /\bis immutable\b/,
  /updates to \S+ spec for fields other than/,
  /updates to \S+ are forbidden/,
  /may not be changed/,
  /may not change once set/,
  /cannot be changed/,
  /cannot change /,
];

/** True if the reason of a failure is that a field cannot be changed in place. */
export function isImmutable(reason: string): boolean {
  return /\bis invalid: /.test(reason) && refusals.some((pattern) => pattern.test(reason));
}

/** The fields that such a reason names: `is invalid: spec.selector: Invalid value: …`. */
export function immutableFields(reason: string): readonly string[] {
  const list = /\bis invalid: (.*)$/s.exec(reason)?.[1] ?? "";
  const fields = list.matchAll(
    /(?:^|[[,]\s*)([A-Za-z][\w.[\]"/-]*): (?:Invalid value|Forbidden|Required value|Unsupported value)/g,
  );
  return [...new Set([...fields].flatMap(([, field]) => field ?? []))];
}

/** IMMUTABLE_FIELD: the change needs a replacement for which nobody has asked. */
export function immutableFinding(
  change: Omit<ObjectChange, "fields">,
  fields: readonly string[],
  said?: string,
): Finding {
  const what = fields.length === 0 ? "a field" : fields.join(", ");
  return {
    code: "IMMUTABLE_FIELD",
    severity: "error",
    message: `${objectText(change)}: ${what} cannot be changed in place${said === undefined ? "" : ` (${said})`}; the object would have to be deleted and created again.`,
    ...(change.origin === undefined ? {} : { place: { file: change.origin.path } }),
    fix: immutableFix,
  };
}
