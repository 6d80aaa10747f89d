import { isListed, withEntry } from "../../core/blocked/edit.ts";
import { blockListFile } from "../../core/blocked/list.ts";
import type { BlockedRevision } from "../../core/blocked/schema.ts";
import { environmentFile } from "../../core/environment/file.ts";
import { setRevision } from "../../core/environment/pin.ts";
import type { EnvironmentSpec } from "../../core/environment/spec.ts";
import { DriftlessError, failure } from "../../core/errors/error.ts";
import { quote } from "../../core/errors/quote.ts";
import { prepareCommit } from "../../core/git/prepare-commit.ts";
import { parseRepositoryUrl } from "../../core/git/url.ts";
import type { FileChanges } from "../../core/git/write-commit.ts";
import { readSigner, type Signer } from "../../core/git/write-identity.ts";
import { askForReview } from "../forge/ask-for-review.ts";
import { openForge } from "../forge/open.ts";
import { formatDocument } from "../output/markdown-document.ts";
import { code, html } from "../output/markdown-escape.ts";
import { findControlRepository, readControlFile, type ControlRepository } from "../promote/control.ts";
import type { Session } from "../session.ts";
import { rollbackPurpose } from "./purpose.ts";

/** `direct`: a commit on the branch itself. `review`: a branch of its own, and a pull request where there is a forge. */
export type PublishMode = "direct" | "review";

/** What the control repository is to say. */
export interface RollbackChange {
  readonly spec: Pick<EnvironmentSpec, "name" | "forges">;
  /** Pins that were rolled back; any other one stays, as somebody has moved on. */
  readonly bad: ReadonlySet<string>;
  readonly to: string;
  readonly entries: readonly BlockedRevision[];
  readonly subject: string;
  readonly reason: string;
}

/** What became of it. `same`: the branch says it already. */
export interface PublishedRollback {
  readonly state: PublishMode | "same";
  /** The branch that was written. */
  readonly branch: string;
  /** What was changed on it: paths in the repository. */
  readonly files: readonly string[];
  /** Page of the pull request. */
  readonly pullRequest?: string | undefined;
  /** Why there is no pull request, although the forge has some. */
  readonly note?: string | undefined;
}

/** Pushes to the branch that somebody else was quicker with. */
const attempts = 3;

/** The repository of the project. @throws USAGE where there is none, so that nothing is changed before. */
export async function controlOf(session: Session, option: string): Promise<ControlRepository> {
  const control = await findControlRepository(session);
  if (control !== undefined) return control;
  throw failure(
    "USAGE",
    `${option} needs a project that is a clone: it is in no repository, or that has no remote.`,
    `Leave ${option} out, and commit environments/ yourself.`,
  );
}

/**
 * Writes pin and block list on top of the branch of the control repository; no work tree and no index is touched. A later run
 * replaces what an earlier one has offered for review.
 * @throws GIT_…; of the forge nothing: a branch that nobody was asked to look at is better than a rollback that stops.
 */
export async function publishRollback(
  session: Session,
  control: ControlRepository,
  change: RollbackChange,
  mode: PublishMode,
): Promise<PublishedRollback> {
  const { io, project } = session;
  const signer = await readSigner(undefined, { env: io.env, project, signal: io.signal });
  for (let attempt = 1; ; attempt++) {
    try {
      return await publishOnce(session, control, { change, mode, signer });
    } catch (error) {
      const moved = error instanceof DriftlessError && error.code === "GIT_BRANCH_MOVED";
      if (!moved || attempt === attempts) throw error;
    }
  }
}

async function publishOnce(
  session: Session,
  control: ControlRepository,
  { change, mode, signer }: { readonly change: RollbackChange; readonly mode: PublishMode; readonly signer: Signer },
): Promise<PublishedRollback> {
  const { writer, branch: base } = control;
  const { spec, subject, reason } = change;
  const tip = await writer.tipOf(base);
  if (tip === undefined) throw failure("REF_NOT_FOUND", `${writer.display} has no branch ${quote(base)}.`, "Push it.");
  const files = await changedFiles(session, control, tip.revision, change);
  if (files.size === 0) return { state: "same", branch: base, files: [] };
  const direct = mode === "direct";
  const branch = direct ? base : `driftless/rollback/${spec.name}`;
  const purpose = rollbackPurpose(spec.name);
  const commit = { base: tip.revision, files, subject, body: [reason], purpose, signer };
  const prepared = await prepareCommit(writer, commit, { branch, direct });
  if (prepared === undefined) return { state: "same", branch: base, files: [] };
  session.progress.step(`pushing ${direct ? "to " : ""}${branch}`);
  await prepared.push();
  const done = { state: mode, branch, files: [...files.keys()] };
  return { ...done, ...(direct ? {} : await openPullRequest(session, control, { change, branch })) };
}

/** What the branch does not say yet: the pin if it still is a bad one, and the entries that it does not have. */
async function changedFiles(
  session: Session,
  control: ControlRepository,
  revision: string,
  { spec, bad, to, entries }: RollbackChange,
): Promise<FileChanges> {
  const files = new Map<string, string>();
  const document = await readControlFile(session, control, revision, environmentFile(spec.name));
  const pinned = document === undefined ? undefined : setRevision(document.text, to, document.path);
  if (document !== undefined && pinned !== undefined && bad.has(pinned.before)) files.set(document.path, pinned.text);
  const list = await readControlFile(session, control, revision, blockListFile);
  const missing = entries.filter((entry) => !isListed(list?.text, entry.revision, spec.name));
  const text = missing.reduce<string | undefined>((before, entry) => withEntry(before, entry), list?.text);
  if (missing.length > 0 && text !== undefined) files.set(`${control.prefix}${blockListFile}`, text);
  return files;
}

async function openPullRequest(
  session: Session,
  { repo, folder, branch: base, writer }: ControlRepository,
  { change, branch }: { readonly change: RollbackChange; readonly branch: string },
): Promise<Pick<PublishedRollback, "pullRequest" | "note">> {
  const { spec, to, entries, subject, reason } = change;
  try {
    const forge = await openForge(parseRepositoryUrl(repo, true, folder), spec.forges, {
      ...session.io,
      now: () => session.io.now(),
    });
    const kept = entries.map((entry) => `- keeps ${code(entry.revision)} out`);
    const head = [`### ${html(subject)}`, "", html(reason), "", `- pins ${code(to)}`, ...kept];
    const body = formatDocument(`rollback ${spec.name}`, head);
    const offered = await askForReview(session, forge, {
      head: branch,
      base,
      text: { title: subject, body },
      again: true,
    });
    return { pullRequest: offered?.pullRequest.url };
  } catch (error) {
    session.io.signal.throwIfAborted();
    if (!(error instanceof DriftlessError)) throw error;
    // A repository of which no forge is known has branches all the same.
    if (error.code === "FORGE_UNKNOWN") return {};
    return { note: `no pull request was opened in ${writer.display}: ${error.findings[0].message}` };
  }
}
