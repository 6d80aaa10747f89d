import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { pendingRollbacks, type PendingRollback } from "../../core/rollback/pending.ts";
import { engineOf } from "../engine-work.ts";
import type { Line } from "../output/line.ts";
import { span } from "../output/line.ts";
import { publishedRollbackLines } from "../output/rollbacks.ts";
import type { ControlRepository } from "../promote/control.ts";
import type { Session } from "../session.ts";
import { publishRollback, type PublishedRollback, type PublishMode } from "./publish.ts";
import type { Step } from "./step.ts";

/** Where a rollback is written beside the files of the project. */
export interface Destiny {
  readonly control: ControlRepository;
  readonly mode: PublishMode;
}

/** What Git knows of a rollback now. */
export interface Settled {
  readonly published: PublishedRollback | undefined;
  /** What was gone round, for the history: empty where Git has everything, or was not asked to. */
  readonly exceptions: readonly string[];
  /** What a person still has to do. */
  readonly lines: readonly Line[];
}

/**
 * Makes the steps of a rollback last: writes them to the control repository if that is asked for, and keeps in the state what
 * its branch does not say. Nothing of it stops a rollback: what could not be done is an exception, to be reconciled.
 * @param remember Whether it is applied, and so the state is to keep it.
 */
export async function settle(
  session: Session,
  spec: EnvironmentSpec,
  {
    steps,
    reason,
    destiny,
    remember,
  }: {
    readonly steps: readonly [Step, ...Step[]];
    readonly reason: string;
    readonly destiny: Destiny | undefined;
    readonly remember: boolean;
  },
): Promise<Settled> {
  const entries = steps.flatMap(({ entry }) => entry ?? []);
  const { revision: to, subject } = steps.at(-1) ?? steps[0];
  const change = { spec, bad: new Set(steps.map(({ bad }) => bad)), to, entries, subject, reason };
  const published = destiny === undefined ? undefined : await tryToPublish(session, destiny, change);
  const failed = typeof published === "string" ? published : undefined;
  const done = typeof published === "string" ? undefined : published;
  const exceptions = [
    ...steps.flatMap(({ revision, unpublished }) =>
      unpublished === undefined ? [] : [`${revision} is on this machine only, as Git is down: ${unpublished}`],
    ),
    ...(failed === undefined ? [] : [failed]),
  ];
  if (remember) await rememberSteps(session, spec, pendingOf(steps, { done, failed }));
  return { published: done, exceptions, lines: [...exceptions.map(exceptionLine), ...nextLines(done)] };
}

/** The message of what kept it from being published, as a string. */
async function tryToPublish(
  session: Session,
  { control, mode }: Destiny,
  change: Parameters<typeof publishRollback>[2],
): Promise<PublishedRollback | string> {
  try {
    return await publishRollback(session, control, change, mode);
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    const what = mode === "review" ? "offered for review" : "committed to the control repository";
    return `the files could not be ${what}: ${error.findings[0].message}`;
  }
}

/** What the state keeps of steps, until a checkout that says them is brought up: an older one would take them back. */
function pendingOf(
  steps: readonly Step[],
  { done, failed }: { readonly done: PublishedRollback | undefined; readonly failed: string | undefined },
): readonly PendingRollback[] {
  const problem = failed ?? (done === undefined ? "its files were not committed by this command" : whereItIs(done));
  const on = done === undefined || done.state === "review" ? {} : { on: done.branch };
  return steps.flatMap(({ entry, revision, subject, branch, unpublished }): readonly PendingRollback[] => {
    if (entry === undefined) return [];
    return [
      {
        to: revision,
        entry,
        subject,
        ...(unpublished === undefined ? on : { branch }),
        problem: unpublished ?? problem,
      },
    ];
  });
}

/** Where Git has a rollback, and why a checkout does not say it. */
export function whereItIs({ state, branch, pullRequest }: PublishedRollback): string {
  if (state === "review") return `it waits for its review: ${pullRequest ?? branch}`;
  return `it is on the branch ${branch} of the control repository, and this checkout is from before`;
}

async function rememberSteps(
  session: Session,
  spec: EnvironmentSpec,
  added: readonly PendingRollback[],
): Promise<void> {
  if (added.length === 0) return;
  const engine = await engineOf(session, spec);
  // What an interrupted run has begun is picked up first: writing the state would lose it.
  await engine.recover(added.at(-1)?.to);
  const before = pendingRollbacks(await engine.outputs());
  const again = new Set(added.map(({ entry }) => entry.revision));
  await engine.keepRollbacks([...before.filter(({ entry }) => !again.has(entry.revision)), ...added]);
}

function exceptionLine(text: string): Line {
  return [span("update", text)];
}

function nextLines(done: PublishedRollback | undefined): readonly Line[] {
  return done === undefined
    ? [["Commit these files, or the next checkout brings the bad one back."]]
    : publishedRollbackLines(done);
}
