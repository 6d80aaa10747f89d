import { createHash } from "node:crypto";
import type { Invocation, Location, Log, ReportingDescriptor, Result, Run } from "sarif";
import { formatPlace, type Finding, type Place } from "../../core/errors/finding.ts";
import { version } from "../version.ts";
import type { Analysis, AnalysisResult, AnalysisRule } from "./analysis.ts";
import { escapeUnsafe, plain } from "./plain.ts";

/** Scores by which code scanning sorts, in the middle of the range of each severity. */
const scores: Readonly<Record<string, string>> = { low: "2.0", medium: "5.5", high: "8.0", critical: "9.5" };

/** Analyses as SARIF 2.1.0: a run for each. */
export function formatSarif(analyses: readonly Analysis[]): string {
  return format(analyses.map(runOf));
}

function runOf(analysis: Analysis): Run {
  const { command, topic, environment, rules, results, source, errors = [] } = analysis;
  const positions = new Map(rules.map(({ id }, index) => [id, index]));
  const seen = new Map<string, number>();
  return {
    ...tool(rules.map((rule) => descriptor(rule, topic))),
    automationDetails: { id: `driftless/${command.replaceAll(" ", "-")}/${environment}/` },
    ...(source === undefined
      ? {}
      : {
          versionControlProvenance: [{ repositoryUri: source.repo, revisionId: source.revision }],
        }),
    invocations: [invocation(errors.map(({ finding }) => finding))],
    results: results.map((result): Result => {
      const index = positions.get(result.rule);
      return {
        ruleId: result.rule,
        ...(index === undefined ? {} : { ruleIndex: index }),
        level: result.level,
        message: { text: messageOf(result) },
        locations: [location(result.place ?? analysis.document, result)],
        partialFingerprints: { "driftless/v1": fingerprint(result, seen) },
      };
    }),
  };
}

/** A command that failed, as SARIF 2.1.0: a run that has no result, and says why. */
export function formatSarifFailure(findings: readonly Finding[]): string {
  return format([{ ...tool([]), invocations: [invocation(findings)], results: [] }]);
}

/** How a run went, with what kept it from finding out everything. */
function invocation(findings: readonly Finding[]): Invocation {
  if (findings.length === 0) return { executionSuccessful: true };
  return {
    executionSuccessful: false,
    toolExecutionNotifications: findings.map(({ code, severity, message, fix, place }) => ({
      descriptor: { id: code },
      level: severity,
      message: { text: plain(`${place === undefined ? "" : `${formatPlace(place)}: `}${message} ${fix}`) },
      ...(place === undefined ? {} : { locations: [location(place)] }),
    })),
  };
}

function format(runs: Run[]): string {
  const log: Log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs,
  };
  return `${escapeUnsafe(JSON.stringify(log, null, 2))}\n`;
}

function tool(rules: ReportingDescriptor[]): Pick<Run, "tool" | "columnKind"> {
  return { tool: { driver: { name: "driftless", semanticVersion: version, rules } }, columnKind: "unicodeCodePoints" };
}

function descriptor(
  { id, description, help, url, severity, level }: AnalysisRule,
  topic: Analysis["topic"],
): ReportingDescriptor {
  const score = scores[severity ?? ""];
  return {
    id,
    shortDescription: { text: plain(description) },
    ...(help === undefined ? {} : { help: { text: plain(help) } }),
    ...(url === undefined || !URL.canParse(url) ? {} : { helpUri: url }),
    defaultConfiguration: { level },
    properties: { tags: [topic], ...(score === undefined ? {} : { "security-severity": score }) },
  };
}

function messageOf({ object, message, fix }: AnalysisResult): string {
  const about = object === "" ? "" : `${object}: `;
  return plain(`${about}${message}${fix === undefined ? "" : ` ${fix}`}`);
}

function location(place: Place, about?: Pick<AnalysisResult, "object" | "field">): Location {
  const { file, line, column } = place;
  const name = about?.object ?? "";
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      ...(line === undefined
        ? {}
        : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } }),
    },
    ...(name === "" ? {} : { logicalLocations: [{ fullyQualifiedName: plain(name), kind: "object" }] }),
  };
}

/** A path as a relative reference: whatever stands in it is no part of the syntax of one. */
function uriOf(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

/** The same for the same problem wherever its line moves, and another one for each problem of a run. */
function fingerprint({ rule, object, field = "" }: AnalysisResult, seen: Map<string, number>): string {
  const key = JSON.stringify([rule, object, field]);
  const count = seen.get(key) ?? 0;
  seen.set(key, count + 1);
  return createHash("sha256").update(`${key}${count}`).digest("hex");
}
