import type { PendingRollback } from "../../core/rollback/pending.ts";
import type { Spared } from "../rollback/project-files.ts";
import type { PublishedRollback } from "../rollback/publish.ts";
import { span, type Line } from "./line.ts";
import { shortRevision } from "./text.ts";

/** What was rolled back and this checkout does not say, for a person; empty if nothing is. */
export function rollbackLines(environment: string, pending: readonly PendingRollback[]): readonly Line[] {
  if (pending.length === 0) return [];
  return [
    ...pending.map(({ to, entry, problem, on }): Line => [
      span("update", on === undefined ? "not in Git" : "not here yet"),
      `  back from ${shortRevision(entry.revision)} to ${shortRevision(to)}, ${entry.reason} (${entry.by}): ${problem}`,
    ]),
    [
      span(
        "faint",
        pending.every(({ on }) => on !== undefined)
          ? "git pull brings it here; until then it is kept out by the state"
          : `driftless rollback ${environment} --reconcile brings it into Git; until then it is kept out by the state`,
      ),
    ],
  ];
}

/** Where Git has a rollback now, for a person. */
export function publishedRollbackLines({
  state,
  branch,
  files,
  pullRequest,
  note,
}: PublishedRollback): readonly Line[] {
  if (state === "same") return [[`The branch ${branch} of the control repository says so already.`]];
  const what = `${files.join(" and ")} ${files.length === 1 ? "is" : "are"} on the branch ${branch} of the control repository`;
  if (state === "direct") return [[`${what}.`]];
  const request = pullRequest === undefined ? "" : ` ${pullRequest}`;
  return [...(note === undefined ? [] : [[span("update", note)]]), [`${what}, for review; merge it.${request}`]];
}

/** What becomes of the files of the project where Git has a rollback, for a person. */
export function sparedLines({ state }: PublishedRollback, { changed }: Spared): readonly Line[] {
  const pull = state === "review" ? "git pull once it is merged" : "git pull";
  if (changed.length === 0) return [[`The files here are left as they were: ${pull}.`]];
  const what = changed.join(" and ");
  return [
    [
      `${what} had changes that were not committed, and now ${changed.length === 1 ? "says" : "say"} the same: drop them, then ${pull}.`,
    ],
  ];
}
