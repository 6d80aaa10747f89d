import { DriftlessError } from "../core/errors/error.ts";
import type { Finding } from "../core/errors/finding.ts";
import { applicationOf } from "../core/plan/identity.ts";
import { reportApplications } from "./delivery/applications.ts";
import { RunFailed } from "./engine/run-failed.ts";
import type { HookRun, PreviewResult } from "./engine/types.ts";
import { exitCodes } from "./exit-code.ts";
import { FailedCommand } from "./failed-command.ts";
import type { Line } from "./output/line.ts";
import { failedLines, runComment, runFields, type Run } from "./output/run.ts";

/** What is known of a run besides its result. */
export type RunContext = Pick<Run, "plan" | "warnings">;

/** Throws what speaks against carrying a preview out, with a report of the preview. `lines`: what is still to be shown. */
export function refuse(against: readonly Finding[], run: Run | undefined, lines: readonly Line[]): void {
  const [first, ...rest] = against;
  if (first === undefined) return;
  const findings: readonly [Finding, ...Finding[]] = [first, ...rest];
  const error = new DriftlessError(findings);
  if (run === undefined) throw error;
  throw new FailedCommand(error, {
    document: runFields(run),
    lines,
    markdown: (marker) => runComment("Preview", run, marker, findings),
  });
}

/**
 * The error of a preview or an update with a report of what was found or done until then; any other error as it is.
 * @param title Of the comment: `Preview` or `Update`.
 */
export function withReport(title: "Preview" | "Update", error: unknown, context: RunContext): unknown {
  if (!(error instanceof RunFailed)) return error;
  const { result, failures, findings } = error;
  const base = { ...context, result };
  const run: Run =
    title === "Preview"
      ? { ...base, tense: "future" }
      : { ...base, tense: "past", applications: reportApplications(context.plan, result, failures) };
  return new FailedCommand(
    error,
    {
      document: runFields(run),
      lines: title === "Preview" ? [] : failedLines(run, "the update failed"),
      markdown: (marker) => runComment(title, run, marker, findings),
    },
    // An update that leaves something undone failed, whatever it waited for.
    title === "Update" && findings.some(({ code }) => code !== "SUPERSEDED") ? exitCodes.terminal : undefined,
    title === "Update" ? unhealthyApplications(failures) : [],
  );
}

/** Applications that were applied and did not become healthy; what merely waited for another one is none of them. */
function unhealthyApplications(failures: RunFailed["failures"]): readonly string[] {
  const found = failures.filter(({ finding: { code } }) => code === "HEALTH_TIMEOUT" || code === "UNHEALTHY");
  return [...new Set(found.flatMap(({ owner }) => applicationOf(owner) ?? []))];
}

/** The error of an update with the hooks that its preview had announced and that it did not come to. */
export function withSkipped(error: unknown, { hooks: planned }: Pick<PreviewResult, "hooks">): unknown {
  if (!(error instanceof RunFailed)) return error;
  const { hooks } = error.result;
  const came = new Set(hooks.map(hookKey));
  const skipped = planned
    .filter((hook) => !came.has(hookKey(hook)))
    .map((hook): HookRun => ({ ...hook, state: "skipped" }));
  return new RunFailed(error.failures, { ...error.result, hooks: [...hooks, ...skipped] }, { cause: error.cause });
}

function hookKey({ application, phase, object }: HookRun): string {
  return `${application}/${phase}/${object}`;
}
