import { nameOfIdentity } from "../../core/plan/identity.ts";
import { isFilled } from "./failures.ts";
import { immutableFinding } from "./immutable.ts";
import type { ForcedReplacement } from "./removals.ts";
import type { Outcome } from "./run.ts";
import { RunFailed, type RunFailure } from "./run-failed.ts";

/** What a preview found, and what an update has to be told to replace. */
export interface PreviewOutcome extends Outcome {
  /** URNs. */
  readonly replace: readonly string[];
}

/** Each round ends at the first failures; more rounds than this means that something else is wrong. */
const mostRounds = 20;

/**
 * Previews until nothing fails but what may be replaced. The provider knows some immutable fields and replaces the object;
 * of the others it learns when the API server refuses the dry run of an update, or of the replacement itself, which fails
 * the preview: such an object is left out of the next round and shown as replaced.
 * @param replaceable True for the resource names of objects that may be replaced.
 * @throws {RunFailed} IMMUTABLE_FIELD for objects that may not be; whatever else the preview fails on.
 */
export async function previewReplacements(
  preview: (exclude: readonly string[]) => Promise<Outcome>,
  replaceable: (resourceName: string) => boolean,
): Promise<PreviewOutcome> {
  const forced = new Map<string, ForcedReplacement>();
  for (let round = 1; ; round += 1) {
    try {
      const outcome = await preview([...forced.keys()]);
      refuseReplacements(outcome, replaceable);
      return withForced(outcome, [...forced.values()]);
    } catch (error) {
      if (!(error instanceof RunFailed) || round === mostRounds) throw error;
      const told = error.failures.flatMap(({ forced: replacement }) =>
        replacement !== undefined && replaceable(nameOf(replacement.urn)) ? [replacement] : [],
      );
      if (told.length < error.failures.length) throw withoutTold(error, replaceable);
      for (const replacement of told) forced.set(replacement.urn, replacement);
    }
  }
}

function withoutTold(error: RunFailed, replaceable: (name: string) => boolean): RunFailed {
  const rest = error.failures.filter(({ forced }) => forced === undefined || !replaceable(nameOf(forced.urn)));
  return isFilled(rest) ? new RunFailed(rest, error.result, { cause: error.cause }) : error;
}

/** Replacements that the provider plans by itself need leave as well. */
function refuseReplacements(outcome: Outcome, replaceable: (name: string) => boolean): void {
  const refused = outcome.replacements.filter(({ resourceName }) => !replaceable(resourceName));
  const failures = refused.map(({ change, fields }): RunFailure => ({
    owner: change.owner,
    finding: immutableFinding(change, fields),
  }));
  if (isFilled(failures)) throw new RunFailed(failures, outcome);
}

function withForced(outcome: Outcome, forced: readonly ForcedReplacement[]): PreviewOutcome {
  const { counts } = outcome;
  const known = new Set(outcome.changes.map((change) => nameOfIdentity(change)));
  const added = forced.filter(({ change }) => !known.has(nameOfIdentity(change)));
  return {
    ...outcome,
    changes: [...added.map(({ change }) => change), ...outcome.changes],
    counts: { ...counts, replace: counts.replace + added.length, same: counts.same - added.length },
    removals: [...outcome.removals, ...forced.map(({ removal }) => removal)],
    replace: forced.map(({ urn }) => urn),
  };
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
