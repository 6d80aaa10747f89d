import type { LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { publish } from "../../core/git/publish.ts";
import { resolveCommit } from "../../core/git/source.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import type { PendingRollback } from "../../core/rollback/pending.ts";
import type { Report } from "../command.ts";
import { confirm, declined } from "../confirm.ts";
import { engineOf } from "../engine-work.ts";
import { publishedRollbackLines, rollbackLines } from "../output/rollbacks.ts";
import type { Session } from "../session.ts";
import { openRollbacks } from "./pending.ts";
import { rollbackPurpose } from "./purpose.ts";
import { publishRollback, type PublishMode } from "./publish.ts";
import { destinyOf } from "./roll-back.ts";
import { whereItIs } from "./settle.ts";

/**
 * Brings into Git what was rolled back without it: commits that one machine alone has, the pin, and the block list.
 * @throws USAGE where the project is no clone; GIT_…, COMMIT_NOT_FOUND if another machine has the commit.
 */
export async function reconcile(
  session: Session,
  loaded: LoadedEnvironment,
  { mode, yes }: { readonly mode: PublishMode; readonly yes: boolean },
): Promise<Report> {
  const { spec } = loaded;
  const engine = await engineOf(session, spec);
  const pending = await openRollbacks(session, spec.name, await engine.exportState());
  const document = { kind: "Rollback", environment: spec.name, reconciled: pending } as const;
  const [, ...rest] = pending;
  const newest = pending.at(-1);
  if (newest === undefined) {
    await engine.keepRollbacks([]);
    return {
      document,
      lines: [[`There is nothing to reconcile: Git says everything that was rolled back in ${spec.name}.`]],
    };
  }
  const destiny = await destinyOf(session, loaded, mode);
  if (destiny === undefined) throw failure("INTERNAL", "Nothing says where to write it.", "Report this as a bug.");
  session.show(rollbackLines(spec.name, pending));
  const question = mode === "direct" ? "Commit that to the branch itself?" : "Offer that for review?";
  if (!(await confirm(session, yes, question, "yes"))) {
    return declined(document, "changed");
  }
  for (const each of pending) await pushCommit(session, loaded, each);
  const subject = rest.length === 0 ? newest.subject : `Reconcile ${pending.length} rollbacks of ${spec.name}`;
  const published = await publishRollback(
    session,
    destiny.control,
    {
      ...{ spec, to: newest.to, subject, reason: newest.entry.reason },
      bad: new Set(pending.map(({ entry }) => entry.revision)),
      entries: pending.map(({ entry }) => entry),
    },
    mode,
  );
  const where = { problem: whereItIs(published), ...(published.state === "review" ? {} : { on: published.branch }) };
  await engine.keepRollbacks(pending.map(({ to, entry, subject: line }) => ({ to, entry, subject: line, ...where })));
  const { state, branch, pullRequest } = published;
  const lines = [...publishedRollbackLines(published), ...(state === "review" ? [] : [["git pull brings it here."]])];
  return { document: { ...document, state, branch, pullRequest: pullRequest ?? null }, lines };
}

/** A commit that was made while Git was down goes to its branch now. */
async function pushCommit(
  session: Session,
  { spec }: LoadedEnvironment,
  { to, branch }: PendingRollback,
): Promise<void> {
  if (branch === undefined) return;
  const { project, io } = session;
  const context = { project, cache: io.cache, env: io.env, signal: io.signal };
  await resolveCommit(spec.source, { revision: to }, context).catch((error: unknown) => {
    if (!(error instanceof DriftlessError) || error.code !== "COMMIT_NOT_FOUND") throw error;
    const fix = "Run it on the machine that rolled back; or pin a commit that is in Git, and run driftless up.";
    throw failure("COMMIT_NOT_FOUND", error.findings[0].message, fix, { cause: error });
  });
  const writer = new RepositoryWriter(spec.source, context);
  if ((await writer.tipOf(branch))?.revision === to) return;
  session.progress.step(`pushing ${branch}`);
  // What an earlier rollback has left there may be replaced, what anybody else has may not.
  const purpose = rollbackPurpose(spec.name);
  await publish(writer, { branch, base: "", made: { revision: to, tree: "" }, purpose });
}
