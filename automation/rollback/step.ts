import { blockListFile } from "../../core/blocked/list.ts";
import type { BlockedRevision } from "../../core/blocked/schema.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { writeRevision } from "../../core/environment/pin.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import type { ComputedPlan } from "../../core/plan/compute.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import { confirm } from "../confirm.ts";
import { changeLines, summary } from "../output/changes.ts";
import { span, type Line } from "../output/line.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import { addBlock, decision } from "./block-file.ts";
import { destination, type Destination, type Wanted } from "./destination.ts";

/** A step back, before or after the files of the project say it. */
export interface Step extends Destination {
  readonly environment: string;
  readonly application: string | undefined;
  /** The pin that is left. */
  readonly bad: string;
  readonly changes: readonly ObjectChange[];
  readonly subject: string;
  /** What the block list says of it; undefined if nothing. */
  readonly entry?: BlockedRevision | undefined;
}

/** Finds out where to go back to, and shows it. */
export async function findStep(session: Session, loaded: LoadedEnvironment, wanted: Wanted): Promise<Step> {
  const { name: environment, source } = loaded.spec;
  const found = await destination(session, loaded, wanted);
  const { revision, plan, present } = found;
  const { changes } = present === undefined ? { changes: [] } : diffPlans(present, plan);
  const { application } = wanted;
  session.show([
    [
      span("strong", environment),
      `: ${application ?? "all of it"} back from ${shortRevision(source.revision)} to ${shortRevision(revision)}`,
    ],
    ...(changes.length === 0 ? [] : [[], ...changeLines({ changes }, session.io.columns), []]),
    ...(changes.length === 0 ? [["The plans of both are the same."]] : [[summary({ changes }, "future")]]),
  ]);
  const subject = `Roll back ${application ?? environment} to ${shortRevision(revision)}`;
  return { ...found, environment, application, bad: source.revision, changes, subject };
}

/** Asks, then changes the pin and, unless `block` is false, the block list of the project. Undefined after a wrong answer. */
export async function takeStep(
  session: Session,
  step: Step,
  { reason, block, yes }: { readonly reason: string; readonly block: boolean; readonly yes: boolean },
): Promise<Step | undefined> {
  if (!(await confirm(session, yes, `Pin that${block ? ", and keep the other out" : ""}?`, "yes"))) return undefined;
  const { environment, revision, bad, contents } = step;
  await writeRevision(session.project, environment, revision);
  if (!block) return step;
  const entry = {
    revision: bad,
    ...(Object.keys(contents).length === 0 ? {} : { contents: { [environment]: contents } }),
    environments: [environment],
    ...(await decision(session, reason)),
  };
  await addBlock(session.project, entry);
  return { ...step, entry };
}

/**
 * The plans that steps back put together: what ran, and what ran before. If both were approved there is nothing new in what
 * comes of them. Empty for a whole environment, which goes back to a plan that has its own approvals.
 */
export function approvedParts(steps: readonly Step[]): readonly ComputedPlan[] {
  const made = new Set(steps.map(({ revision }) => revision));
  return steps.flatMap(({ parts }) => parts ?? []).filter(({ plan }) => !made.has(plan.revision));
}

/** What was changed, for a person. @param file The document of the project, if it stays changed. */
export function stepLines(
  { revision, bad, branch, unpublished, entry }: Step,
  file: string | undefined,
): readonly Line[] {
  const list = file === undefined ? "the block list" : blockListFile;
  return [
    [`${file ?? "the document"} pins ${shortRevision(revision)}`],
    ...(entry === undefined ? [] : [[`${list} keeps ${shortRevision(bad)} out`]]),
    ...(branch === undefined || unpublished !== undefined ? [] : [[`the commit is on the branch ${branch}; merge it`]]),
  ];
}
