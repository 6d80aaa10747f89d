import type { UpdateRecord } from "../history/record.ts";

const head = "automatic rollback of ";
const longest = 300;

/** The reason of a rollback that nobody has asked for: the history and the block list say it, and it is counted by it. */
export function automaticReason(applications: readonly string[], why: string): string {
  const text = `${head}${applications.join(", ")}: ${why}`;
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/**
 * How often an application went back by itself since somebody last brought in an update that was healthy.
 * @param records newest first
 */
export function automaticRollbacks(records: readonly UpdateRecord[], application: string): number {
  const end = records.findIndex(({ kind, healthy }) => kind === "up" && healthy);
  const since = end === -1 ? records : records.slice(0, end);
  return since.filter(({ kind, reason }) => kind === "rollback" && namesOf(reason).includes(application)).length;
}

function namesOf(reason: string | undefined): readonly string[] {
  if (reason?.startsWith(head) !== true) return [];
  return (reason.slice(head.length).split(":", 1)[0] ?? "").split(", ");
}
