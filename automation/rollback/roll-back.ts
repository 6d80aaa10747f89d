import { blockListFile, readBlockList } from "../../core/blocked/list.ts";
import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { writeRevision } from "../../core/environment/pin.ts";
import type { EnvironmentPlan } from "../../core/plan/plan.ts";
import { diffPlans } from "../../core/plan/diff.ts";
import type { Report } from "../command.ts";
import { confirm } from "../confirm.ts";
import { exitCodes } from "../exit-code.ts";
import { readHistory } from "../history/read.ts";
import { changeLines, summary } from "../output/changes.ts";
import { span, type Line } from "../output/line.ts";
import { shortRevision } from "../output/text.ts";
import type { Session } from "../session.ts";
import type { UpdateFlags } from "../update/preview.ts";
import { bringUp } from "../update/bring-up.ts";
import { computeEnvironment } from "../work.ts";
import { addBlock, decision } from "./block-file.ts";
import { badContents, planIfPossible, type Contents } from "./contents.ts";
import { lastGoodOf } from "./good-application.ts";
import { applicationOf, revertApplication } from "./revert-application.ts";
import { cloneOf, offerForReview } from "./review.ts";
import { rollbackTarget } from "./target.ts";

/** What somebody wants back. */
export interface RollbackRequest {
  /** Only this one; undefined for the whole environment. */
  readonly application: string | undefined;
  /** A full commit id or the number of an update; undefined for the last good one. */
  readonly to: string | undefined;
  readonly reason: string;
  /** Whether to keep out what is there now. */
  readonly block: boolean;
  readonly apply: boolean;
  /** Whether to push the changed files to a branch of the control repository. */
  readonly review: boolean;
  readonly yes: boolean;
  readonly flags: UpdateFlags;
}

/** Where a rollback goes. */
interface Destination {
  /** The commit to pin. */
  readonly revision: string;
  readonly plan: EnvironmentPlan;
  /** What is there now; undefined if it cannot be planned. */
  readonly present: EnvironmentPlan | undefined;
  readonly contents: Contents;
  readonly branch?: string | undefined;
  readonly exception?: string | undefined;
}

/**
 * Goes back: pins what was good, keeps out what is there now, and applies it.
 * @throws ROLLBACK_IMPOSSIBLE, ROLLBACK_CONFLICT, REVISION_BLOCKED and whatever keeps it from being planned or applied.
 */
export async function rollBack(session: Session, loaded: LoadedEnvironment, request: RollbackRequest): Promise<Report> {
  const { name: env, source } = loaded.spec;
  const bad = source.revision;
  if (request.review) await cloneOf(session);
  const found = await destination(session, loaded, request);
  const { revision, plan, present, contents, branch, exception } = found;
  const { changes } = present === undefined ? { changes: [] } : diffPlans(present, plan);
  const what = request.application ?? "all of it";
  session.show([
    [span("strong", env), `: ${what} back from ${shortRevision(bad)} to ${shortRevision(revision)}`],
    ...(changes.length === 0 ? [] : [[], ...changeLines({ changes }, session.io.columns), []]),
    ...(changes.length === 0 ? [["The plans of both are the same."]] : [[summary({ changes }, "future")]]),
  ]);
  const fields = { environment: env, application: request.application ?? null, from: bad, to: revision, changes };
  const base = { kind: "Rollback" as const, ...fields, branch: branch ?? null };
  if (!(await confirm(session, request.yes, `Pin that${request.block ? ", and keep the other out" : ""}?`, "yes"))) {
    return {
      document: { ...base, applied: false },
      lines: [["Nothing was changed."]],
      exitCode: exitCodes.interrupted,
    };
  }
  await writeRevision(session.project, env, revision);
  if (request.block) {
    const decided = await decision(session, request.reason);
    await addBlock(session.project, {
      revision: bad,
      ...(Object.keys(contents).length === 0 ? {} : { contents: { [env]: contents } }),
      environments: [env],
      ...decided,
    });
  }
  const reviewed = request.review
    ? await offerForReview(session, {
        environment: env,
        files: [loaded.file, blockListFile],
        subject: `Roll back ${request.application ?? env} to ${shortRevision(revision)}`,
        reason: request.reason,
      })
    : undefined;
  const notInGit =
    reviewed?.unpublished === undefined ? [] : [`the files could not be offered for review: ${reviewed.unpublished}`];
  const exceptions = [...(exception === undefined ? [] : [exception]), ...notInGit];
  const isOffered = reviewed !== undefined && notInGit.length === 0;
  const lines: Line[] = [
    [`${loaded.file} pins ${shortRevision(revision)}`],
    ...(request.block ? [[`${blockListFile} keeps ${shortRevision(bad)} out`]] : []),
    ...(branch === undefined || exception !== undefined ? [] : [[`the commit is on the branch ${branch}; merge it`]]),
    ...exceptions.map((each): Line => [span("update", each)]),
    [
      isOffered
        ? `Both files are on the branch ${reviewed.branch} of the control repository, for review; merge it.`
        : "Commit these files, or the next checkout brings the bad one back.",
    ],
  ];
  const document = { ...base, review: isOffered ? reviewed.branch : null, exceptions };
  if (!request.apply) return { document: { ...document, applied: false }, lines };
  session.show([...lines, []]);
  const round = exceptions.length === 0 ? undefined : exceptions.join("; ");
  const why = { kind: "rollback", reason: request.reason, exception: round } as const;
  const options = { yes: request.yes, refresh: false, wait: true, flags: request.flags, why };
  const { document: update, ...report } = await bringUp(session, env, options);
  return { ...report, document: { ...document, applied: update["applied"] === true, update } };
}

async function destination(
  session: Session,
  loaded: LoadedEnvironment,
  request: RollbackRequest,
): Promise<Destination> {
  const { spec } = loaded;
  const [records, blocked] = await Promise.all([readHistory(session, spec), readBlockList(session.project)]);
  const present = spec.source.revision;
  const { application, to } = request;
  if (application === undefined) {
    const target = rollbackTarget({ environment: spec.name, present, to, records, blocked });
    const { plan } = await computeEnvironment(session, spec.name, target);
    const bad = await planIfPossible(session, spec.name, present);
    return { revision: target, plan, present: bad, contents: bad === undefined ? {} : badContents(bad, plan) };
  }
  const bad = await computeEnvironment(session, spec.name);
  const { digest } = applicationOf(bad.plan, application);
  const named =
    to === undefined ? undefined : rollbackTarget({ environment: spec.name, present, to, records, blocked });
  const good =
    named === undefined
      ? await lastGoodOf(session, application, bad, { records, blocked })
      : await computeEnvironment(session, spec.name, named);
  const { reason } = request;
  const { revision, plan, branch, unpublished } = await revertApplication(session, {
    spec,
    application,
    bad,
    good,
    reason,
  });
  const exception =
    unpublished === undefined
      ? {}
      : { exception: `${revision} is on this machine only, as Git is down: ${unpublished}` };
  return { revision, plan, present: bad.plan, contents: { [application]: digest }, branch, ...exception };
}
