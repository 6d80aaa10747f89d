import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { actorOf, actorText } from "../../../../core/history/actor.ts";

const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_ACTOR: "ada",
  GITHUB_SERVER_URL: "https://github.example.com",
  GITHUB_REPOSITORY: "shop/control",
  GITHUB_RUN_ID: "7",
};

const cases: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined, string])[] = [
  ["a person, as Git knows them", { USER: "root" }, "Ada <ada@example.com>", "Ada <ada@example.com>"],
  ["the account where Git knows nobody", { USER: "ada" }, undefined, "ada"],
  ["nobody known", {}, undefined, "unknown"],
  [
    "whom GitHub runs for",
    github,
    "Bot <bot@example.com>",
    "ada through https://github.example.com/shop/control/actions/runs/7",
  ],
  [
    "whom GitLab runs for",
    { GITLAB_USER_LOGIN: "grace", CI_JOB_URL: "https://gitlab.example.com/j/1" },
    undefined,
    "grace through https://gitlab.example.com/j/1",
  ],
  [
    "whom Jenkins runs for",
    { BUILD_USER: "joan", BUILD_URL: "https://ci.example.com/9" },
    undefined,
    "joan through https://ci.example.com/9",
  ],
  [
    "a pipeline that does not say for whom",
    { BUILD_URL: "https://ci.example.com/9" },
    "Bot <b@example.com>",
    "Bot <b@example.com> through https://ci.example.com/9",
  ],
  ["a variable of GitHub outside of it", { GITHUB_ACTOR: "eve" }, "Ada <ada@example.com>", "Ada <ada@example.com>"],
];

describe("Who runs a command", () => {
  for (const [what, env, committer, expected] of cases) {
    it(`is ${what}`, () => assert.equal(actorText(actorOf(env, committer)), expected));
  }
});
