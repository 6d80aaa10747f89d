import type { DiagnosticEvent } from "@pulumi/pulumi/automation/index.js";
import { parseUrn } from "../../core/plan/identity.ts";
import { cleanText, type Folders } from "./text.ts";
import type { Diagnostic } from "./types.ts";

/** Messages that say nothing to anybody who runs an environment. */
const noise: readonly RegExp[] = [
  /^using pulumi-\S+ from \$PATH/,
  /^resource plugin \S+ is expected to have version/,
  /^(preview|update|destroy|refresh) failed$/i,
  // What was under way when something else failed.
  /^failed to run \w+: context canceled$/,
  /^Attempting to deploy or update resources with \d+ pending operations/,
  /^A new version of Pulumi is available/,
  /^Preview creation failed due to immutable fields; retrying with name/,
  // What was at work when something else failed.
  /^failed to run remediation: context canceled$/,
];

/** A diagnostic event as people read it; undefined for progress, debugging and noise. */
export function toDiagnostic(event: DiagnosticEvent, folders: Folders): Diagnostic | undefined {
  const severity = severityOf(event.severity);
  if (severity === undefined || event.ephemeral === true) return undefined;
  const message = cleanText(event.message, folders);
  if (message === "" || noise.some((pattern) => pattern.test(message))) return undefined;
  const object = event.urn === undefined || event.urn === "" ? undefined : parseUrn(event.urn);
  // What is about the stack is about no object.
  const name = object === undefined || object.type === "pulumi:pulumi:Stack" ? undefined : object.name;
  return { severity, message, ...(name === undefined ? {} : { object: name }) };
}

/**
 * What the program says about a wait that goes on: it writes it for the moment only, about no resource, while the
 * provider's own words of that kind are about one. Undefined for every other event.
 */
export function waitingLine(event: DiagnosticEvent, folders: Folders): string | undefined {
  if (event.ephemeral !== true || severityOf(event.severity) !== "info" || (event.urn ?? "") !== "") return undefined;
  return cleanText(event.message, folders) || undefined;
}

/** What a program prints is "info"; its standard error too. The engine knows more severities than its types say. */
function severityOf(severity: string): Diagnostic["severity"] | undefined {
  switch (severity) {
    case "error":
    case "warning":
      return severity;
    case "info":
    case "info#err":
      return "info";
    default:
      return undefined;
  }
}
