import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";
import { openGit, type ObjectStore } from "./git.ts";
import { gitOutput, gitReason, remoteFailure } from "./reason.ts";
import { checkBranch, checkRevision } from "./ref.ts";
import type { RepositoryUrl } from "./url.ts";
import { userSettings } from "./user-settings.ts";

/** A commit that a branch of a repository is to be at. */
export interface Push {
  readonly branch: string;
  /** Full id; the mirror has it and all that it follows. */
  readonly revision: string;
  /** Where the branch must be until then: full id; undefined if there must be none. What somebody else pushed stays. */
  readonly expected: string | undefined;
}

/**
 * A repository on this machine may have work trees. Whatever its configuration says, a branch that one of them has checked
 * out is refused, so that nobody's files change under their hands.
 */
const refuseCheckedOut =
  "--receive-pack=git -c receive.denyCurrentBranch=refuse -c receive.denyDeleteCurrent=refuse receive-pack";

/**
 * Moves a branch of a repository, or makes it. All or nothing, and only from where it is expected to be.
 * @throws GIT_BRANCH_MOVED if it is somewhere else; GIT_PUSH_DENIED if the repository does not take it (credentials,
 * protected branch, hook, read-only); GIT_UNREACHABLE, GIT_REDIRECT_DENIED, INTERRUPTED.
 */
export async function pushBranch(store: ObjectStore, url: RepositoryUrl, push: Push): Promise<void> {
  const ref = `refs/heads/${checkBranch(push.branch)}`;
  const expected = push.expected === undefined ? "" : checkRevision(push.expected);
  const user = url.kind === "local" ? [] : await userSettings(store.env, store.signal);
  const args = [
    "push",
    "--no-verify",
    "--no-follow-tags",
    "--recurse-submodules=no",
    "--no-signed",
    `--force-with-lease=${ref}:${expected}`,
    ...(url.kind === "local" ? [refuseCheckedOut] : []),
    "--",
    url.address,
    `${checkRevision(push.revision)}:${ref}`,
  ];
  try {
    await openGit(store, url.kind, user).raw(args);
  } catch (error) {
    throw pushFailure(url, push.branch, error, store.signal);
  }
}

const moved =
  /\[rejected\]|\[remote rejected\][^\n]*\((failed to update ref|incorrect old value provided|reference already exists|fetch first|cannot lock ref[^\n]*(is at|reference already exists))/;
const taken = /cannot lock ref '[^']*': '([^']*)' exists|cannot create '[^']*'|\(directory file conflict\)/;
const checkedOut = /branch is currently checked out|refusing to update checked out branch/;
const credentials =
  /Authentication failed|could not read (Username|Password)|returned error: 401|publickey|Host key verification failed|terminal prompts disabled/i;
const readOnly =
  /returned error: 403|Permission (to \S+ )?denied|Permission denied|read[- ]only|not allowed to push|insufficient permission|unable to create temporary|unpacker error|unpack failed|service not enabled|does not have write access/i;

/** The error of a push that failed. */
export function pushFailure(url: RepositoryUrl, branch: string, error: unknown, signal?: AbortSignal): Error {
  const output = gitOutput(error);
  const said = gitReason(output);
  const name = quote(branch);
  const denied = (message: string, fix: string): Error => failure("GIT_PUSH_DENIED", message, fix, { cause: error });
  if (signal?.aborted === true) return remoteFailure(url, error, signal);
  if (checkedOut.test(output)) {
    return denied(
      `${url.display} has the branch ${name} checked out, and files under somebody's hands are not changed.`,
      "Check out another branch there, or give another one with --branch.",
    );
  }
  if (taken.test(output)) {
    return denied(
      `${url.display} has a branch whose name is a part of ${name}, so Git cannot have both.`,
      "Delete or rename that branch, or give another one with --branch.",
    );
  }
  if (moved.test(output)) {
    return failure(
      "GIT_BRANCH_MOVED",
      `Somebody else has pushed to the branch ${name} of ${url.display} in the meantime; nothing was overwritten.`,
      "Run it again: it looks at the branch anew.",
      { cause: error },
    );
  }
  if (/\[remote rejected\]/.test(output) && !readOnly.test(output)) {
    return denied(
      `${url.display} does not take the branch ${name}: ${said}`,
      "A rule or a hook of the repository refuses it: ask whoever runs it to allow the branch, or give another one with --branch.",
    );
  }
  if (credentials.test(output)) {
    return denied(
      `${url.display} does not let us in: ${said}`,
      "Check that the credentials (credential helper, GIT_ASKPASS or SSH agent) are there, valid, and may push.",
    );
  }
  if (readOnly.test(output)) {
    return denied(
      `${url.display} can be read but not written: ${said}`,
      "Use credentials that may push to it, or let somebody run it who has them.",
    );
  }
  return remoteFailure(url, error, signal);
}
