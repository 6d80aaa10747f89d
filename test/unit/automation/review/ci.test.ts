import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readCi } from "../../../../automation/review/ci.ts";

describe("what CI says of a pull request", () => {
  it("is nothing where there is no CI, or no pull request", () => {
    assert.deepEqual(readCi({}), { bases: [], number: undefined, forges: {} });
    const { bases, number } = readCi({ GITHUB_BASE_REF: "", GITHUB_REF: "refs/heads/main", CHANGE_ID: "-1" });
    assert.deepEqual({ bases, number }, { bases: [], number: undefined });
  });

  it("is the branch and the number of GitHub, Gitea and Forgejo", () => {
    const env = {
      ...{ GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "https://git.example.com:8443", GITHUB_BASE_REF: "main" },
      GITHUB_REF: "refs/pull/12/merge",
    };
    const bases = ["refs/remotes/origin/main", "refs/heads/main"];
    assert.deepEqual(readCi(env), { bases, number: 12, forges: { "git.example.com:8443": { kind: "github" } } });
    assert.deepEqual(readCi({ ...env, GITEA_ACTIONS: "true" }).forges, { "git.example.com:8443": { kind: "gitea" } });
  });

  it("is the commit that GitLab compares with, before its branch", () => {
    const env = {
      ...{ GITLAB_CI: "true", CI_SERVER_URL: "https://gitlab.example.com", CI_MERGE_REQUEST_IID: "7" },
      ...{ CI_MERGE_REQUEST_DIFF_BASE_SHA: "a".repeat(40), CI_MERGE_REQUEST_TARGET_BRANCH_NAME: "main" },
    };
    assert.deepEqual(readCi(env), {
      bases: ["a".repeat(40), "refs/remotes/origin/main", "refs/heads/main"],
      number: 7,
      forges: { "gitlab.example.com": { kind: "gitlab" } },
    });
  });

  it("is no forge that is asked without encryption", () => {
    assert.deepEqual(readCi({ GITHUB_ACTIONS: "true", GITHUB_SERVER_URL: "http://git.example.com" }).forges, {});
  });
});
