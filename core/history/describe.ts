import type { NotedChanges, UpdateDraft } from "./note.ts";

const words: Readonly<Record<UpdateDraft["kind"], string>> = {
  up: "Update",
  heal: "Healing",
  destroy: "Destruction",
  rollback: "Rollback",
  recover: "Recovery",
};

/** The first line of an update's message, which is what Pulumi's own tools show: `Update to 4f6c1a2: 1 create, 2 update`. */
export function describeNote({ kind, to, changes, reason }: UpdateDraft): string {
  const where =
    to === undefined ? "" : `${kind === "heal" ? " at" : kind === "destroy" ? " of" : " to"} ${to.slice(0, 7)}`;
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${words[kind]}${where}: ${countsText(changes)}${why}`;
}

/** `1 create, 2 update`. */
export function countsText(changes: NotedChanges | undefined): string {
  const counts = Object.entries(changes?.counts ?? {}).filter(([action, count]) => count > 0 && action !== "same");
  return counts.length === 0 ? "no changes" : counts.map(([action, count]) => `${count} ${action}`).join(", ");
}
