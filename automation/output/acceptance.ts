import { changesOf, subjectText, type Subject } from "../../core/accept/subject.ts";
import type { Refusal } from "../../core/accept/prepare.ts";
import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import type { PushedCommit } from "../../core/git/prepare-commit.ts";
import type { Acceptance } from "../accept/accept.ts";
import { valuesText } from "./drift-lines.ts";
import { findingLines } from "./findings.ts";
import type { OutputDocument } from "./json.ts";
import { span, type Line } from "./line.ts";
import { shortRevision } from "./text.ts";

/** What became of what was accepted. */
export interface AcceptancePublished {
  readonly branch: string;
  readonly state: PushedCommit["state"] | "dry-run" | "declined" | "nothing";
  /** The commit; absent where none was published. */
  readonly revision?: string;
}

/** What a person reads before deciding: what is written, as objects and as files, and what is not and why. */
export function acceptanceLines(found: Acceptance): readonly Line[] {
  const owners = Map.groupBy(found.accepted, ({ application }) => application);
  const objects = [...owners].flatMap(([application, subjects]): readonly Line[] => [
    [application],
    ...subjects.flatMap(subjectLines),
    [],
  ]);
  const findings = [...found.report.errors.map(({ finding }) => finding), ...found.refused.map(refusalFinding)];
  return [...objects, ...diffLines(found.diff), ...findingLines(findings), ...(findings.length > 0 ? [[]] : [])];
}

/** What was done, and what is to be done next. */
export function resultLines(found: Acceptance, { branch, state, revision }: AcceptancePublished): readonly Line[] {
  const { accepted, refused, report, writer } = found;
  const { environment } = report;
  const count = `${accepted.length} ${accepted.length === 1 ? "object" : "objects"}`;
  const others = refused.length === 0 ? "" : `; ${refused.length} not accepted`;
  const head = span("strong", environment);
  if (accepted.length === 0 && refused.length === 0) return [[head, ": nothing has drifted"]];
  if (accepted.length === 0) return [[head, `: nothing was accepted${others}`]];
  if (state === "declined") return [["Nothing was pushed."]];
  if (state === "dry-run") {
    return [[head, `: ${count} would be written to the branch ${branch} of ${writer.display} (--dry-run)${others}`]];
  }
  const at = revision === undefined ? "" : ` at ${shortRevision(revision)}`;
  const was = state === "unchanged" ? "has them already" : state;
  return [
    [head, `: ${count} accepted${others}; branch ${branch} of ${writer.display} ${was}${at}`],
    [`Review and merge it; then run driftless pin ${environment} and driftless up ${environment}.`],
  ];
}

/** What `--json` prints. */
export function acceptanceDocument(found: Acceptance, published: AcceptancePublished): OutputDocument {
  const { report, base, accepted, refused, files, diff, writer } = found;
  return {
    kind: "DriftAcceptance",
    environment: report.environment,
    repository: writer.display,
    base,
    branch: accepted.length === 0 ? null : published.branch,
    state: published.state,
    revision: published.revision ?? null,
    accepted: accepted.map((subject) => {
      const changes = changesOf(subject);
      return {
        application: subject.application,
        kind: subject.kind,
        ...(subject.namespace === undefined ? {} : { namespace: subject.namespace }),
        name: subject.name,
        clusters: subject.places.map(({ planned }) => planned.cluster),
        removed: changes === "removed",
        fields:
          changes === "removed" ? [] : changes.map((each) => ({ path: each.path, kind: each.kind, new: each.new })),
      };
    }),
    refused: refused.map((each) => ({
      object: each.object.resourceName,
      field: each.field?.path ?? null,
      reason: each.reason.message,
      fix: each.reason.fix,
    })),
    errors: report.errors.map(({ finding }) => finding),
    files: [...files.keys()],
    alsoReading: found.alsoReading,
    diff,
  };
}

function subjectLines(subject: Subject): readonly Line[] {
  const changes = changesOf(subject);
  const origin = subject.places[0].planned.origin?.path;
  const from = origin === undefined ? [] : [span("faint", `  ${origin}`)];
  if (changes === "removed") return [[span("delete", `  - ${subjectText(subject)}`), "  removed from Git", ...from]];
  return [
    [span("update", `  ~ ${subjectText(subject)}`), ...from],
    ...changes.map((change): Line => [`      ${change.path}: ${valuesText(change)}`]),
  ];
}

function diffLines(diff: string): readonly Line[] {
  if (diff === "") return [];
  const lines = diff.trimEnd().split("\n");
  const shown = lines
    .filter((line) => !/^(index |diff --git |(new|deleted) file mode )/.test(line))
    .map((line): Line => {
      if (/^(---|\+\+\+) /.test(line)) return [span("strong", line)];
      return line.startsWith("+") ? [span("create", line)] : line.startsWith("-") ? [span("delete", line)] : [line];
    });
  return [...shown, []];
}

function refusalFinding({ object, field, reason }: Refusal): Finding {
  const { kind, namespace, name, cluster } = object;
  const what = `${subjectText({ kind, namespace, name })} on ${cluster}`;
  const which = field === undefined ? what : `${what}, ${field.path}`;
  return errorFinding("DRIFT_NOT_ACCEPTED", `${which}: ${reason.message}`, reason.fix);
}
