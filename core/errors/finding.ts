import type { ErrorCode } from "./codes.ts";

/** Where something was found. Paths are relative to the project or to the source; never absolute. */
export interface Place {
  /** File relative to the project (environment documents) or to the root of the source (manifests). */
  readonly file: string;
  /** Line, from 1. */
  readonly line?: number;
  /** Column, from 1. */
  readonly column?: number;
  /** Field inside the document, such as `applications.checkout.tenant`. */
  readonly field?: string;
}

/** One thing that is wrong, or worth knowing, said so that its reader can mend it. */
export interface Finding {
  readonly code: ErrorCode;
  /** An `error` stops the run before anything is touched; a `warning` is printed. */
  readonly severity: "error" | "warning";
  /** What is wrong and why, in one sentence without its place. */
  readonly message: string;
  readonly place?: Place;
  /** What to do about it. */
  readonly fix: string;
}

/** A finding that stops the run. */
export function errorFinding(code: ErrorCode, message: string, fix: string, place?: Place): Finding {
  return { code, severity: "error", message, fix, ...(place === undefined ? {} : { place }) };
}

/** `file:line:column`, as far as known. */
export function formatPlace(place: Place): string {
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(":");
  return place.field === undefined ? position : `${position} (${place.field})`;
}

/** The two lines that a person reads: place, code and message; then the fix. */
export function formatFinding(finding: Finding): string {
  const where = finding.place === undefined ? "" : `${formatPlace(finding.place)}: `;
  return `${where}${finding.code} ${finding.message}\n  fix: ${finding.fix}`;
}

/** True if any finding stops the run. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}
