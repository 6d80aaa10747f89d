import type { PendingRollback } from "../../core/rollback/pending.ts";
import { span, type Line } from "./line.ts";
import { shortRevision } from "./text.ts";

/** What was rolled back and is not in Git, for a person; empty if nothing is. */
export function rollbackLines(environment: string, pending: readonly PendingRollback[]): readonly Line[] {
  if (pending.length === 0) return [];
  return [
    ...pending.map(({ to, entry, problem }): Line => [
      span("update", "not in Git"),
      `  back from ${shortRevision(entry.revision)} to ${shortRevision(to)}, ${entry.reason} (${entry.by}): ${problem}`,
    ]),
    [
      span(
        "faint",
        `driftless rollback ${environment} --reconcile brings it into Git; until then it is kept out by the state`,
      ),
    ],
  ];
}
