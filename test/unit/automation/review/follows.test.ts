import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { followsRepository } from "../../../../automation/review/follows.ts";

const follows = (repo: string, remote: string | undefined, local = false): boolean =>
  followsRepository({ repo, local }, { remote, folder: "/clone" }, "/project");

describe("whether an environment follows a clone", () => {
  for (const [repo, remote, result] of [
    ["https://git.example.com/platform/config.git", "https://git.example.com/platform/config", true],
    ["https://git.example.com/platform/config.git", "git@git.example.com:platform/config.git", true],
    ["https://git.example.com/platform/config.git", "https://job:secret@git.example.com/platform/config.git", true],
    ["ssh://git@git.example.com/platform/config", "https://git.example.com/platform/config.git", true],
    ["https://git.example.com/platform/config.git", "https://git.example.com/other/config.git", false],
    ["https://git.example.com/platform/config.git", "https://example.com/platform/config.git", false],
    ["https://git.example.com/platform/config.git", undefined, false],
    ["https://git.example.com/platform/config.git", "ext::sh -c evil", false],
  ] as const) {
    it(`${result ? "follows" : "does not follow"} ${remote ?? "nothing"} with ${repo}`, () => {
      assert.equal(follows(repo, remote), result);
    });
  }

  it("follows the clone itself where a source is a path", () => {
    assert.equal(follows("../clone", undefined, true), true);
    assert.equal(follows("../other", undefined, true), false);
  });
});
