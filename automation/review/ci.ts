import type { ForgesSpec } from "../../core/environment/spec.ts";
import type { Env } from "../../core/git/environment.ts";

/** What a CI system says of the pull request that it runs for. */
export interface CiFacts {
  /** Names under which a clone may have the branch that it goes to, or the commit that it began at; the best first. */
  readonly bases: readonly string[];
  /** Number of the pull request. */
  readonly number: number | undefined;
  /** The forge that it belongs to, by host; empty if it does not say. */
  readonly forges: ForgesSpec;
}

/** Reads the variables of GitHub, Gitea and Forgejo Actions, GitLab CI, Woodpecker and Jenkins. */
export function readCi(env: Env): CiFacts {
  const branches = [
    env["GITHUB_BASE_REF"],
    env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"],
    env["CI_COMMIT_TARGET_BRANCH"],
    env["CHANGE_TARGET"],
  ].filter(isSet);
  const numbers = [
    /^refs\/pull\/(\d+)\//.exec(env["GITHUB_REF"] ?? "")?.[1],
    env["CI_MERGE_REQUEST_IID"],
    env["CI_COMMIT_PULL_REQUEST"],
    env["CHANGE_ID"],
  ].filter(isSet);
  const number = Number(numbers.find((each) => /^[1-9]\d{0,9}$/.test(each)) ?? Number.NaN);
  return {
    bases: [
      ...[env["CI_MERGE_REQUEST_DIFF_BASE_SHA"]].filter(isSet),
      ...branches.flatMap((name) => [`refs/remotes/origin/${name}`, `refs/heads/${name}`]),
    ],
    number: Number.isNaN(number) ? undefined : number,
    forges: forgesOf(env),
  };
}

function forgesOf(env: Env): ForgesSpec {
  const { GITEA_ACTIONS, GITHUB_ACTIONS, GITLAB_CI, GITHUB_SERVER_URL, CI_SERVER_URL } = env;
  const kind = GITEA_ACTIONS === "true" ? "gitea" : GITHUB_ACTIONS === "true" ? "github" : "gitlab";
  const address = kind === "gitlab" ? (GITLAB_CI === "true" ? CI_SERVER_URL : undefined) : GITHUB_SERVER_URL;
  if (!isSet(address) || !URL.canParse(address)) return {};
  const url = new URL(address);
  return url.protocol === "https:" ? { [url.host]: { kind } } : {};
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
