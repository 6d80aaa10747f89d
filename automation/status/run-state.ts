import type { LastRun } from "../engine/types.ts";

/** Why nobody can say at which commit an environment is: a run is at work, was killed, or did not reach its end. */
export type Unfinished = "running" | "interrupted" | "failed";

/** What is known of the runs of a stack. */
export interface Runs {
  /** The run that has been noted as begun and not as ended. */
  readonly noted: "running" | "interrupted" | undefined;
  /** The newest run of the history, in which a run that was killed does not appear. */
  readonly last: LastRun | undefined;
}

/**
 * How the newest run ended, unless it did what it was to do. The outputs of a stack are no answer to that: a run that fails
 * may have written them before its first object, or not at all.
 */
export function unfinishedRun({ noted, last }: Runs): Unfinished | undefined {
  if (noted !== undefined) return noted;
  const writes = last?.kind === "update" || last?.kind === "destroy";
  return writes && last.result !== "succeeded" ? "failed" : undefined;
}

/** What to do about it: `the last update did not finish (failed); run driftless up dev, which brings it to 5d277f9`. */
export function unfinishedText(env: string, pin: string, unfinished: Unfinished, { last }: Runs): string {
  if (unfinished === "running") return "a run is at work";
  // Of a run that was killed it is not known what it was.
  const kind = unfinished === "failed" ? (last?.kind ?? "run") : "run";
  const command = kind === "destroy" ? `driftless destroy ${env}` : `driftless up ${env}, which brings it to ${pin}`;
  return `the last ${kind} did not finish (${unfinished}); run ${command}`;
}
