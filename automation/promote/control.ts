import { failure } from "../../core/errors/error.ts";
import { ProgramError, runProgram } from "../../core/exec/run.ts";
import { userEnvironment } from "../../core/git/environment.ts";
import { openSource } from "../../core/git/source.ts";
import { withoutUser } from "../../core/git/url.ts";
import { RepositoryWriter } from "../../core/git/writer.ts";
import type { Session } from "../session.ts";

/** The repository that the project itself is in, where environment documents and so their pins are kept. */
export interface ControlRepository {
  readonly repo: string;
  /** Absolute path from which a local address is meant. */
  readonly folder: string;
  readonly writer: RepositoryWriter;
  /** What pull requests go to. */
  readonly branch: string;
  /** Folder of the project in it, with a slash at the end; empty if it is the root. */
  readonly prefix: string;
}

type GitIo = Pick<Session["io"], "cache" | "env" | "signal">;

/**
 * The repository of the project, to which a promotion goes.
 * @throws PROMOTION_REFUSED if it is in none, or that has no remote; GIT_URL_INVALID, GIT_URL_DENIED.
 */
export async function controlRepository(session: Session): Promise<ControlRepository> {
  const found = await findControlRepository(session);
  if (found !== undefined) return found;
  throw failure(
    "PROMOTION_REFUSED",
    "The project is in no Git repository with a remote, so that there is nowhere to propose another pin.",
    "Add a remote; or pin by hand: driftless pin <env> --to <commit>.",
  );
}

/**
 * The repository of the project: where its remote is, by the branch that is checked out. Undefined if it is in none, or that
 * has no remote.
 * @throws GIT_URL_INVALID, GIT_URL_DENIED.
 */
export async function findControlRepository({
  project,
  io,
}: Pick<Session, "project"> & { readonly io: GitIo }): Promise<ControlRepository | undefined> {
  const git = async (...args: readonly string[]): Promise<string> => {
    try {
      const { stdout } = await runProgram({
        file: "git",
        args: ["-c", "core.fsmonitor=false", ...args],
        cwd: project,
        env: { ...userEnvironment(io.env), GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
        timeoutMs: 10_000,
        maxOutputBytes: 1 << 20,
        signal: io.signal,
      });
      return stdout.toString("utf8").replace(/\n$/, "");
    } catch (error) {
      if (error instanceof ProgramError && error.reason === "exit") return "";
      throw error;
    }
  };
  const folder = await git("rev-parse", "--show-toplevel");
  const current = await git("symbolic-ref", "--short", "--quiet", "HEAD");
  const remote = (await git("config", "--get", `branch.${current}.remote`)) || "origin";
  // The clones of CI systems have a token in it, which is not ours to use.
  const repo = withoutUser(await git("config", "--get", `remote.${remote}.url`));
  if (folder === "" || repo === "" || remote === ".") return undefined;
  const head = await git("symbolic-ref", "--short", "--quiet", `refs/remotes/${remote}/HEAD`);
  const upstream = (await git("config", "--get", `branch.${current}.merge`)).replace(/^refs\/heads\//, "");
  const branch = head.startsWith(`${remote}/`) ? head.slice(remote.length + 1) : upstream || current || "main";
  const writer = new RepositoryWriter({ repo, local: true }, { project: folder, ...contextOf(io) });
  return { repo, folder, writer, branch, prefix: await git("rev-parse", "--show-prefix") };
}

/** A file of the project, by its path in it, as a commit of its repository has it; undefined if it does not. */
export async function readControlFile(
  { io }: Session,
  { repo, folder, prefix }: ControlRepository,
  revision: string,
  file: string,
): Promise<{ readonly path: string; readonly text: string } | undefined> {
  const path = `${prefix}${file}`;
  const { tree } = await openSource({ repo, local: true, revision }, { project: folder, ...contextOf(io) });
  const kind = tree.entry(path)?.kind;
  if (kind !== "file" && kind !== "executable") return undefined;
  const content = (await tree.read([path])).get(path);
  return content === undefined ? undefined : { path, text: content.toString("utf8") };
}

function contextOf({ cache, env, signal }: GitIo): GitIo {
  return { cache, env, signal };
}
