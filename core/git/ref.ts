import { failure } from "../errors/error.ts";
import { quote } from "../errors/quote.ts";

/**
 * A branch name that Git accepts and that no program can take for an option or an expression.
 * The rules are those of `git check-ref-format --branch`, without its shortcuts.
 * @throws GIT_REF_INVALID
 */
export function checkBranch(name: string): string {
  const problem = branchProblem(name);
  if (problem === undefined) return name;
  throw failure(
    "GIT_REF_INVALID",
    `${quote(name)} is not a branch name: it ${problem}.`,
    "Give the plain name of a branch, such as main or release/2.1.",
  );
}

function branchProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > 250) return "is longer than 250 characters";
  if (name.startsWith("-")) return "begins with a dash";
  if (/[\u0000-\u0020\u007f]/.test(name)) return "has a space or control character";
  if (/[~^:?*[\\]/.test(name)) return "has one of ~ ^ : ? * [ \\";
  if (name.includes("..")) return 'has ".."';
  if (name === "@" || name.includes("@{")) return 'is "@" or has "@{"';
  if (name === "HEAD") return "is HEAD, which moves";
  if (name.endsWith(".")) return "ends with a dot";
  for (const part of name.split("/")) {
    if (part === "") return "begins or ends with a slash, or has two in a row";
    if (part.startsWith(".")) return "has a part that begins with a dot";
    if (part.endsWith(".lock")) return "has a part that ends with .lock";
  }
  return undefined;
}

/**
 * A full commit id: 40 lower-case hex digits.
 * @throws REVISION_INVALID for a branch, a tag, a short id or an id of another kind, with the command that finds the full id.
 */
export function checkRevision(revision: string): string {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  // Only what no shell would read as more than one word may stand in a command.
  const name = /^\w[\w./-]*$/.test(revision) ? revision : "HEAD";
  const fix = `Give the full id: in a clone of the repository \`git rev-parse ${name}\` prints it.`;
  if (/^[0-9a-f]{64}$/i.test(revision)) {
    throw failure(
      "REVISION_INVALID",
      "The revision is the id of a repository that uses SHA-256 object ids, which is not supported.",
      "Use a repository with SHA-1 object ids (the default of git init).",
    );
  }
  if (/^[0-9a-f]{40}$/i.test(revision)) {
    throw failure("REVISION_INVALID", "The revision has upper-case digits.", "Write the commit id in lower case.");
  }
  if (/^[0-9a-f]{4,39}$/i.test(revision)) {
    throw failure("REVISION_INVALID", `The revision ${quote(revision)} is a shortened commit id.`, fix);
  }
  throw failure(
    "REVISION_INVALID",
    `The revision ${quote(revision)} is not a commit id; a branch or a tag can move, a revision must not.`,
    fix,
  );
}
