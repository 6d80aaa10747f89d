import { z } from "zod";
import { blockedInPlan } from "../blocked/judge.ts";
import { blockedRevision } from "../blocked/schema.ts";
import { blockListFile, type PlacedEntry } from "../blocked/list.ts";
import { failure } from "../errors/error.ts";
import { errorFinding, type Finding } from "../errors/finding.ts";
import { plainJson } from "../manifest/json.ts";
import type { Json, JsonObject } from "../manifest/manifest.ts";
import type { EnvironmentPlan } from "../plan/plan.ts";
import { rollbacksOutput } from "./output.ts";

const pendingRollback = z.object({
  /** The commit that was pinned instead: full id. */
  to: z.string(),
  /** What is to be on the block list. */
  entry: blockedRevision,
  /** First line of the commit that says it. */
  subject: z.string(),
  /** The branch of the config repository that `to` is to be on, where a push failed. */
  branch: z.string().optional(),
  /** The branch of the control repository that says it; only checkouts from before do not. */
  on: z.string().optional(),
  /** Why Git does not say it, or where it waits for its review, or that a checkout is from before. */
  problem: z.string(),
});

/**
 * A rollback that was carried out, and that no checkout says yet that was brought up since: it waits for its review, or is on
 * the branch of the control repository already.
 */
export type PendingRollback = Readonly<z.infer<typeof pendingRollback>>;

/**
 * What the outputs of a stack say of rollbacks that Git does not know. The state is there when Git is not, and every checkout
 * sees the same: what was rolled back stays out although the documents still pin it.
 * @throws STATE_CORRUPT for anything that cannot be understood: it would let something back in.
 */
export function pendingRollbacks(outputs: JsonObject): readonly PendingRollback[] {
  const { data } = z.array(pendingRollback).safeParse(outputs[rollbacksOutput] ?? []);
  if (data !== undefined) return data;
  throw failure(
    "STATE_CORRUPT",
    `The output "${rollbacksOutput}" of the stack says what was rolled back, and cannot be understood: nothing may come in.`,
    "Use the version of Driftless that wrote it, or restore the last copy of the state.",
  );
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

/** Entries as those of the block list, where none stands yet. */
export function toPlaced(pending: readonly PendingRollback[]): readonly PlacedEntry[] {
  return pending.map(({ entry }) => ({ entry, place: { file: blockListFile } }));
}

/**
 * REVISION_BLOCKED for what a plan would bring back that was rolled back, where the block list does not say so: of a checkout
 * from before the rollback, or while Git was down.
 */
export function rolledBackInPlan(
  pending: readonly PendingRollback[],
  list: readonly PlacedEntry[],
  plan: EnvironmentPlan,
): readonly Finding[] {
  const fix = `It was rolled back, and Git does not say so here: git pull, or driftless rollback ${plan.environment} --reconcile.`;
  const found = blockedInPlan(toPlaced(unlisted(pending, list)), plan);
  return found.map(({ code, message }) => errorFinding(code, message, fix));
}
