import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { PullRequest } from "../../../../automation/forge/forge.ts";
import type { PublishedChange } from "../../../../automation/forge/publish-change.ts";
import { publicationFields } from "../../../../automation/output/published-change.ts";

const direct: PublishedChange = {
  state: "direct",
  repository: "git.example.com/platform/config",
  branch: "main",
  base: "main",
  revision: "f".repeat(40),
  pullRequest: undefined,
};

describe("What --json says of a change that was to be published", () => {
  it("has the same fields whatever became of it", () => {
    const keys = ["state", "repository", "branch", "base", "revision", "pullRequest"];
    for (const each of [
      direct,
      { ...direct, state: "same", revision: undefined } as const,
      "dry-run",
      "nothing",
    ] as const) {
      assert.deepEqual(Object.keys(publicationFields(each, undefined)), keys);
    }
  });
  it("names the branch that it would go to, if that is known", () => {
    assert.equal(publicationFields("dry-run", "main").base, "main");
    assert.equal(publicationFields("dry-run", undefined).base, null);
    assert.equal(publicationFields(direct, undefined).base, "main");
  });
  it("has the pull request itself, where there is one", () => {
    const pullRequest: PullRequest = {
      number: 7,
      url: "https://git.example.com/7",
      state: "open",
      title: "t",
      body: "b",
      head: "driftless/x",
      revision: "f".repeat(40),
      base: "main",
    };
    const { state, ...rest } = publicationFields(
      { ...direct, pullRequest: { state: "created", pullRequest } },
      undefined,
    );
    assert.equal(state, "direct");
    assert.deepEqual(rest.pullRequest, pullRequest);
  });
});
