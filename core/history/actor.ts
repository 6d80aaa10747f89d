import type { Actor } from "./note.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Whom a pipeline runs for, and where it is looked at, by the variables of each system. */
const pipelines: readonly ((env: Env) => Actor | undefined)[] = [
  (env) => {
    const { GITHUB_ACTOR: name, GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repo, GITHUB_RUN_ID: run } = env;
    if (env["GITHUB_ACTIONS"] !== "true" || name === undefined) return undefined;
    return { name, pipeline: [server, repo, "actions/runs", run].filter((part) => part !== undefined).join("/") };
  },
  (env) => named(env["GITLAB_USER_LOGIN"], env["CI_JOB_URL"]),
  (env) => named(env["BUILD_USER"] ?? env["CHANGE_AUTHOR"], env["BUILD_URL"]),
];

/**
 * Who runs a command: whom the pipeline says that it runs for, else who the Git configuration says commits, else the
 * account of the machine.
 */
export function actorOf(env: Env, committer: string | undefined): Actor {
  for (const pipeline of pipelines) {
    const found = pipeline(env);
    if (found !== undefined) return found;
  }
  const account = env["LOGNAME"] ?? env["USER"] ?? env["USERNAME"];
  const name = committer ?? (account === undefined || account === "" ? "unknown" : account);
  const { CI_JOB_URL, BUILD_URL } = env;
  const pipeline = CI_JOB_URL ?? BUILD_URL;
  return pipeline === undefined ? { name } : { name, pipeline };
}

/** `alice`, or `alice through https://…`. */
export function actorText({ name, pipeline }: Actor): string {
  return pipeline === undefined ? name : `${name} through ${pipeline}`;
}

function named(name: string | undefined, pipeline: string | undefined): Actor | undefined {
  if (name === undefined || name === "") return undefined;
  return pipeline === undefined ? { name } : { name, pipeline };
}
