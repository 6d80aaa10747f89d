import { GitPluginError } from "simple-git";
import { failure, type DriftlessError } from "../errors/error.ts";
import { ProgramError } from "../exec/run.ts";
import type { RepositoryUrl } from "./url.ts";

/** What git wrote, or why it could not write anything. */
export function gitOutput(error: unknown): string {
  if (error instanceof ProgramError) return error.stderr === "" ? error.message : error.stderr;
  if (error instanceof GitPluginError && error.plugin === "timeout") return "fatal: the server went silent";
  return error instanceof Error ? error.message : String(error);
}

/** The first line of git's output that says why, without credentials and without absolute paths of this machine. */
export function gitReason(output: string): string {
  const lines = output
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(remote: )?[A-Z][a-z ]+:\s+[0-9]+(%|,|$| )/.test(line));
  const telling = lines.find((line) => /^(fatal|error|ssh|remote|ERROR)\b/.test(line)) ?? lines[0] ?? "no reason given";
  return telling
    .replace(/^(fatal|error|ERROR|remote): */, "")
    .replaceAll(/:\/\/[^/@\s]*@/g, "://")
    .replaceAll(/(^|[\s'"(=])(?:\/[^/\s'":)]+)*\/([^/\s'":)]*)/g, "$1$2")
    .slice(0, 200);
}

/** The error of a remote call that failed for another reason than a missing commit or branch. */
export function remoteFailure(url: RepositoryUrl, error: unknown, signal?: AbortSignal): DriftlessError {
  if (signal?.aborted === true) {
    return failure("INTERRUPTED", `Reading ${url.display} was stopped on request.`, "Run it again.", { cause: error });
  }
  const output = gitOutput(error);
  const reason = gitReason(output);
  if (/returned error: 30[1-8]/.test(output)) {
    return failure(
      "GIT_REDIRECT_DENIED",
      `${url.display} sends git to another address, which is not followed: credentials could go astray.`,
      "Put the address that it redirects to into source.repo, if you trust it.",
      { cause: error },
    );
  }
  if (/mismatched algorithms|object format/i.test(output)) {
    return failure(
      "REVISION_INVALID",
      `${url.display} uses SHA-256 object ids, which are not supported.`,
      "Use a repository with SHA-1 object ids (the default of git init).",
      { cause: error },
    );
  }
  if (
    /fsck error|fatal: bad object|invalid index-pack output|No space left|unable to create|insufficient permission/.test(
      output,
    )
  ) {
    return failure(
      "TOOL_FAILED",
      `git refused what ${url.display} sent: ${reason}`,
      "Mend the repository (`git fsck` names the object), or free space in the cache folder.",
      { cause: error },
    );
  }
  return failure(
    "GIT_UNREACHABLE",
    `git could not read ${url.display}: ${reason}`,
    url.kind === "local"
      ? "Check that the path in source.repo is a Git repository that you may read."
      : "Check the address, the network and the credentials (credential helper, GIT_ASKPASS or SSH agent), then run it again.",
    { cause: error },
  );
}
