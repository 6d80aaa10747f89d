import type { Path } from "../manifest/manifest.ts";
import { fieldPath } from "../plan/path.ts";

/** What a rule found wrong with one object. */
export interface Violation {
  /** What is wrong, with the value that was found; never a value of a Secret. No full stop. */
  readonly message: string;
  /** Where in the object: keys and positions from its root. Default: the object as a whole. */
  readonly path?: Path;
  /** The part of the rule that it is about, where a rule has several: `host-namespaces`. Exceptions may name it. */
  readonly control?: string;
}

/** A violation with what a person needs beside it. */
export interface ReportedViolation extends Violation {
  /** File in the source that the object came from, if it came from one. */
  readonly origin?: string;
  /** What to do: one or more sentences. */
  readonly remediation: string;
}

/**
 * A violation as one line, which is all that Pulumi carries:
 * `host-namespaces: hostNetwork is true (at spec.hostNetwork, from web/pod.yaml). Remove it.`
 */
export function violationText({ message, path, control, origin, remediation }: ReportedViolation): string {
  const where = [
    ...(path === undefined || path.length === 0 ? [] : [`at ${fieldPath(path)}`]),
    ...(origin === undefined ? [] : [`from ${origin}`]),
  ];
  const what = control === undefined ? message : `${control}: ${message}`;
  return `${what}${where.length === 0 ? "" : ` (${where.join(", ")})`}. ${remediation}`;
}

/** What a line of `violationText` says, taken apart; of any other line only `what`. */
export interface ReadViolation {
  /** What is wrong, without where and without what to do. */
  readonly what: string;
  /** Steps from the root of its object. */
  readonly field?: readonly (string | number)[];
}

/** Reads a line that `violationText` wrote. */
export function readViolationText(text: string, remediation: string | undefined): ReadViolation {
  const end = remediation === undefined || !text.endsWith(`. ${remediation}`) ? "" : `. ${remediation}`;
  const said = end === "" ? text : text.slice(0, -end.length);
  const where = / \((?:at (?<field>.+?))?(?:(?:, |(?<=\())from [^)]*)?\)$/.exec(said);
  if (end === "" || where === null) return { what: said };
  const field = where.groups?.["field"];
  return { what: said.slice(0, where.index), ...(field === undefined ? {} : { field: parseFieldPath(field) }) };
}

/** The steps of what `fieldPath` wrote of keys and positions. */
function parseFieldPath(field: string): readonly (string | number)[] {
  return Array.from(field.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_][\w-]*)/g), (part) => {
    const [, position, quoted, key = ""] = part;
    if (position !== undefined) return Number(position);
    return quoted === undefined ? key : String(JSON.parse(quoted));
  });
}
