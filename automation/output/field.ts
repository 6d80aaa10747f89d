import type { FieldChange, ObjectChange } from "../../core/plan/change.ts";
import type { Json } from "../../core/manifest/manifest.ts";
import { secretMarker } from "../../core/plan/diff.ts";

/** Longest value, in characters, that is printed whole. */
const longest = 60;

/** A value on one line: strings bare where that is unambiguous, everything else as JSON, long ones elided. */
export function formatValue(value: Json | undefined): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" && /^[^\s"'{[][^\n]*$/.test(value) ? value : JSON.stringify(value);
  const characters = [...text];
  if (characters.length <= longest) return text;
  const half = Math.floor((longest - 3) / 2);
  return `${characters.slice(0, half).join("")} … ${characters.slice(-half).join("")}`;
}

/** True if the values of a field must not be shown: the contents of a Secret, and copies of them that kubectl made. */
function isSecretField(change: Pick<ObjectChange, "kind">, field: Pick<FieldChange, "path">): boolean {
  if (change.kind !== "Secret") return false;
  return /^(data|stringData)\b/.test(field.path) || field.path.includes("last-applied-configuration");
}

/** The values before and after, as they may be shown; `undefined` where there is none. */
export function fieldValues(
  change: Pick<ObjectChange, "kind">,
  field: FieldChange,
): { readonly before?: string; readonly after?: string } {
  const show = (value: Json | undefined): string => (isSecretField(change, field) ? secretMarker : formatValue(value));
  return {
    ...(field.kind === "add" ? {} : { before: show(field.before) }),
    ...(field.kind === "remove" ? {} : { after: show(field.after) }),
  };
}
