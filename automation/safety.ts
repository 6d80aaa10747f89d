import { z } from "zod";
import type { LoadedEnvironment } from "../core/environment/load.ts";
import type { ObjectChange } from "../core/plan/change.ts";
import { confirmedKinds } from "../core/plan/settings.ts";
import { nameOfIdentity } from "../core/plan/identity.ts";
import { judgeDeletions, type Allowance, type Refusal } from "../core/safety/decide.ts";
import { judgeDestruction } from "../core/safety/destruction.ts";
import { pruneOfRemoval, withRelease } from "../core/safety/release.ts";
import { isDeletion, type HeldObject, type Removal } from "../core/safety/removal.ts";
import type { Parameter } from "./command.ts";
import { confirm } from "./confirm.ts";
import type { Engine, PreviewResult, StateExport } from "./engine/types.ts";
import { refuse } from "./failed-run.ts";
import type { Run } from "./output/run.ts";
import type { Session } from "./session.ts";
import { stateObjects, stateParts } from "./status/state-objects.ts";

/** Options of every command that deletes. */
export const confirmOption: Parameter = {
  syntax: "--confirm <what...>",
  description:
    "confirm a deletion: an object (Kind/namespace/name), a kind, application/<name> or cluster/<name>; may be repeated",
};
export const orphanOption: Parameter = {
  syntax: "--orphan",
  description: "delete nothing: leave objects on the cluster, no longer managed",
};
/** Options of commands that bring an environment to its pin. */
export const safetyOptions: readonly Parameter[] = [
  {
    syntax: "--allow-deletions <n>",
    description: "allow exactly this many deletions, whatever safety.maxDeletions says",
  },
  confirmOption,
  orphanOption,
];

/** The same as the input of a command. */
export const safetyInput = {
  allowDeletions: z
    .string()
    .regex(/^\d{1,7}$/, "--allow-deletions takes a number")
    .transform(Number)
    .optional(),
  confirm: z.array(z.string()).default([]),
  orphan: z.boolean().default(false),
};

/** What somebody has said about deletions on the command line. */
export interface SafetyFlags {
  readonly allowDeletions?: number | undefined;
  readonly confirm: readonly string[];
  readonly orphan: boolean;
}

/** A preview with what is decided about what it deletes. */
export interface JudgedPreview<Result extends PreviewResult> {
  /** The preview, in which what stays on the cluster is let go instead of deleted. */
  readonly result: Result;
  /** Objects that stay on their clusters, and parts of clusters that stay at AWS: their identities as text. */
  readonly release: ReadonlySet<string>;
  /** What speaks against it: empty if it may be carried out. */
  readonly refusals: readonly Refusal[];
  /** Those that ask for a confirmation, and have it once no refusal is left. */
  readonly confirmed: readonly string[];
}

/** What the environment held before a run: what the state knows, and what it has forgotten and the run removes. */
function heldBefore(removals: readonly Removal[], state: StateExport | undefined): readonly HeldObject[] {
  const known = state === undefined ? [] : [...stateObjects(state), ...stateParts(state)];
  const names = new Set(known.map(nameOfIdentity));
  const forgotten = removals.map(({ change }) => change).filter((change) => !names.has(nameOfIdentity(change)));
  return [...known, ...forgotten];
}

type Environment = Pick<LoadedEnvironment, "spec" | "locate">;

/** Judges what a preview of an update or, with `destroying`, of a destruction would delete. */
export async function judgePreview<Result extends PreviewResult>(
  { spec, locate }: Environment,
  engine: Pick<Engine, "exportState">,
  previewed: Result,
  flags: SafetyFlags,
  destroying = false,
): Promise<JudgedPreview<Result>> {
  const removals = previewed.removals.map((removal) => withRelease(spec, removal, flags.orphan));
  const released = removals
    .filter(({ change }) => change.action === "release")
    .map(({ change }) => nameOfIdentity(change));
  const release = new Set(released);
  const held = removals.length === 0 ? [] : heldBefore(removals, await engine.exportState());
  const created = previewed.changes.filter(({ action }) => action === "create" || action === "adopt");
  const allowance: Allowance = {
    confirmed: flags.confirm,
    ...(flags.allowDeletions === undefined ? {} : { deletions: flags.allowDeletions }),
  };
  const judge = destroying ? judgeDestruction : judgeDeletions;
  return {
    result: withReleases(previewed, removals, release),
    release,
    refusals: judge({ spec, locate, removals, held, allowance, created }),
    // What is released is deleted from the state alone, which the program asks about all the same.
    confirmed: [
      ...released,
      ...removals
        .filter((removal) => isDeletion(removal) && asksForConfirmation(spec, removal))
        .map(({ change }) => nameOfIdentity(change)),
    ],
  };
}

/**
 * Asks about every refusal that somebody can lift, where somebody can be asked. False after one wrong answer.
 * @throws {FailedCommand} with all refusals, and the preview, where nobody can be asked or nothing lifts one of them.
 */
export async function settleRefusals(
  session: Session,
  { refusals }: Pick<JudgedPreview<PreviewResult>, "refusals">,
  yes: boolean,
  preview?: Run,
): Promise<boolean> {
  const canAsk = !yes && session.io.ask !== undefined && session.form === "text";
  if (!canAsk || refusals.some(({ answer }) => answer === undefined)) {
    refuse(
      refusals.map(({ finding }) => finding),
      preview,
      [],
    );
  }
  // Two limits that one number lifts are one question.
  for (const [answer, [refusal]] of Map.groupBy(refusals, ({ answer }) => answer ?? "")) {
    if (refusal !== undefined && !(await confirm(session, false, refusal.finding.message, answer))) return false;
  }
  return true;
}

/** Also what the program, which knows less of the environment, asks about. */
function asksForConfirmation(spec: Environment["spec"], removal: Removal): boolean {
  return pruneOfRemoval(spec, removal) === "confirm" || confirmedKinds.includes(removal.change.kind);
}

function withReleases<Result extends PreviewResult>(
  previewed: Result,
  removals: readonly Removal[],
  release: ReadonlySet<string>,
): Result {
  let moved = 0;
  const changes = previewed.changes.map((change): ObjectChange => {
    if (change.action !== "delete" || !release.has(nameOfIdentity(change))) return change;
    moved += 1;
    return { ...change, action: "release" };
  });
  const { counts } = previewed;
  return {
    ...previewed,
    changes,
    removals,
    counts: { ...counts, delete: counts.delete - moved, release: counts.release + moved },
  };
}
