import type { Report } from "./command.ts";
import { DriftlessError } from "../core/errors/error.ts";

/** A command that failed and nevertheless has something to report. Its findings are printed as those of any error. */
export class FailedCommand extends DriftlessError {
  /** The document holds no `kind` and `findings` of its own: those are the error's. */
  readonly report: Pick<Report, "lines" | "markdown"> & { readonly document: Readonly<Record<string, unknown>> };
  /** Exit code, where the findings alone would not say it. */
  readonly exitCode: number | undefined;

  /** Applications that an update has left unhealthy. */
  readonly unhealthy: readonly string[];

  constructor(
    error: DriftlessError,
    report: FailedCommand["report"],
    exitCode?: number,
    unhealthy: readonly string[] = [],
  ) {
    super(error.findings, { cause: error.cause });
    this.name = "FailedCommand";
    this.report = report;
    this.exitCode = exitCode;
    this.unhealthy = unhealthy;
  }
}
