import { z } from "zod";
import { blockedRevision } from "../blocked/schema.ts";
import type { PlacedEntry } from "../blocked/list.ts";
import { keptBaseline } from "../drift/stash.ts";
import { isList, plainJson } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";

const pendingRollback = z.object({
  /** The commit that was pinned instead: full id. */
  to: z.string(),
  /** What is to be on the block list. */
  entry: blockedRevision,
  /** First line of the commit that says it. */
  subject: z.string(),
  /** The branch of the config repository that `to` is to be on, where a push failed. */
  branch: z.string().optional(),
  /** Why Git does not say it, or where it waits for its review. */
  problem: z.string(),
});

/** A rollback that was carried out and that the branch of the control repository does not say yet. */
export type PendingRollback = Readonly<z.infer<typeof pendingRollback>>;

/**
 * What the state of a stack says of rollbacks that Git does not know. The state is there when Git is not, and every checkout
 * sees the same: what was rolled back stays out although the documents still pin it.
 */
export function pendingRollbacks(deployment: JsonObject | undefined): readonly PendingRollback[] {
  const kept = keptBaseline(deployment)?.rollbacks;
  return isList(kept) ? kept.flatMap((each) => pendingRollback.safeParse(each).data ?? []) : [];
}

/** As the state holds them. */
export function rollbacksJson(pending: readonly PendingRollback[]): Json {
  return pending.map((each) => plainJson(each));
}

/** Those of which the block list does not say anything: whatever it says, somebody has decided it. */
export function unlisted(
  pending: readonly PendingRollback[],
  list: readonly PlacedEntry[],
): readonly PendingRollback[] {
  const listed = new Set(list.flatMap(({ entry }) => ("revision" in entry ? [entry.revision] : [])));
  return pending.filter(({ entry }) => !listed.has(entry.revision));
}
