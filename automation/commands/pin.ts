import { z } from "zod";
import { loadEnvironment } from "../../core/environment/load.ts";
import { writeRevision } from "../../core/environment/pin.ts";
import { blockedInPlan, blockedRevision } from "../../core/blocked/judge.ts";
import { readBlockList, type PlacedEntry } from "../../core/blocked/list.ts";
import { DriftlessError, throwErrors } from "../../core/errors/error.ts";
import { resolveCommit, type ResolvedCommit } from "../../core/git/source.ts";
import type { SourceSpec } from "../../core/environment/spec.ts";
import { defineCommand } from "../command.ts";
import type { ChangeSet } from "../output/change-set.ts";
import { changeLines, summary } from "../output/changes.ts";
import { span, type Line } from "../output/line.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { computeEnvironment, noteWarnings } from "../work.ts";
import { changesBetween } from "./diff.ts";
import { environment } from "./parameters.ts";

/** Moves the pin of an environment. */
export const pin = defineCommand({
  summary: "Move the pin of an environment, after showing what that changes.",
  description:
    "Rewrites source.revision in the environment document and nothing else. A commit that cannot be planned is refused, and so is one that was rolled back and not let back.",
  arguments: [environment],
  options: [
    { syntax: "--to <id>", description: "full id of the commit" },
    { syntax: "--branch <name>", description: "where this branch is now (default: the branch in the document)" },
    { syntax: "--dry-run", description: "only show what would change" },
  ],
  examples: ["driftless pin dev", "driftless pin dev --branch release --dry-run"],
  document: "Pin",
  input: z
    .object({
      env: z.string(),
      to: z.string().optional(),
      branch: z.string().optional(),
      dryRun: z.boolean().default(false),
    })
    .refine(({ to, branch }) => to === undefined || branch === undefined, "Give either --to or --branch, not both"),
  run: async ({ env, to, branch, dryRun }, session) => {
    // Whatever stands where the pin should be: here it is mended.
    const { file, spec } = await loadEnvironment(session.project, env, { revision: "0".repeat(40) });
    const { source } = spec;
    const wanted = to === undefined ? { branch: branch ?? source.branch } : { revision: to };
    const commit = await resolve(source, wanted, session);
    const blocked = await readBlockList(session.project);
    throwErrors(blockedRevision(blocked, env, commit.revision));
    const pinned = await presentPin(session.project, env);
    const moves = commit.revision !== pinned;
    const old = moves ? await oldCommit(source, pinned, session) : commit;
    const set = moves ? await changes({ env, from: pinned, to: commit.revision, blocked }, session) : { changes: [] };
    if (moves && !dryRun) await writeRevision(session.project, env, commit.revision);
    return {
      document: {
        kind: "Pin",
        environment: env,
        file,
        from: old ?? (pinned === undefined ? null : { revision: pinned }),
        to: commit,
        written: moves && !dryRun,
        changes: set?.changes ?? null,
      },
      lines: [
        commitLine("from", pinned, old),
        commitLine("to", commit.revision, commit),
        [],
        ...(set === undefined ? [[incomparable(pinned)]] : []),
        ...(set === undefined || set.changes.length === 0 ? [] : [...changeLines(set, session.io.columns), []]),
        result(file, { moves, dryRun, set }),
      ],
    };
  },
});

function resolve(
  source: SourceSpec,
  wanted: { readonly branch: string } | { readonly revision: string },
  { io, project, progress }: Session,
): Promise<ResolvedCommit> {
  progress.detail("asking Git");
  return resolveCommit(source, wanted, { project, cache: io.cache, env: io.env, signal: io.signal });
}

/** The pin of a document that is right but for its pin; undefined if that is missing or no full commit id. */
async function presentPin(project: string, env: string): Promise<string | undefined> {
  try {
    return (await loadEnvironment(project, env)).spec.source.revision;
  } catch (error) {
    if (error instanceof DriftlessError) return undefined;
    throw error;
  }
}

/** The commit of the present pin, or undefined if there is none, or it is gone: a pin must be able to move away from it. */
async function oldCommit(
  source: SourceSpec,
  revision: string | undefined,
  session: Session,
): Promise<ResolvedCommit | undefined> {
  if (revision === undefined) return undefined;
  try {
    return await resolve(source, { revision }, session);
  } catch (error) {
    if (error instanceof DriftlessError && error.code === "COMMIT_NOT_FOUND") return undefined;
    throw error;
  }
}

interface Move {
  readonly env: string;
  readonly from: string | undefined;
  readonly to: string;
  readonly blocked: readonly PlacedEntry[];
}

/** What the move changes; undefined if the old commit cannot be planned. Throws if the new one cannot. */
async function changes({ env, from, to, blocked }: Move, session: Session): Promise<ChangeSet | undefined> {
  const after = await computeEnvironment(session, env, to);
  throwErrors(blockedInPlan(blocked, after.plan));
  noteWarnings(session, after);
  if (from === undefined) return undefined;
  try {
    const before = await computeEnvironment(session, env, from);
    return changesBetween(before.plan, after.plan);
  } catch (error) {
    if (error instanceof DriftlessError && error.kind === "terminal") return undefined;
    throw error;
  }
}

function commitLine(label: string, revision: string | undefined, commit: ResolvedCommit | undefined): Line {
  const head = span("faint", label.padEnd(6));
  if (revision === undefined) return [head, "no commit"];
  return [head, span("strong", shortRevision(revision)), `  ${commit?.subject ?? "(no longer in the repository)"}`];
}

function incomparable(pinned: string | undefined): string {
  return pinned === undefined
    ? "The document pinned no commit, so there is nothing to compare with."
    : "The old commit cannot be planned, so there is nothing to compare with.";
}

function result(
  file: string,
  { moves, dryRun, set }: { readonly moves: boolean; readonly dryRun: boolean; readonly set: ChangeSet | undefined },
): Line {
  if (!moves) return [`${file} is at that commit already.`];
  const effect = set === undefined ? "" : `: ${summary(set, "future")}`;
  return [dryRun ? `${file} was not changed (--dry-run)${effect}` : `${file} now pins that commit${effect}`];
}
