import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { forgeAddress } from "../../../../automation/forge/address.ts";
import type { ForgesSpec } from "../../../../core/environment/spec.ts";
import { DriftlessError } from "../../../../core/errors/error.ts";
import { parseRepositoryUrl } from "../../../../core/git/url.ts";

const of = (repo: string, forges: ForgesSpec = {}) => {
  const { kind, url, path } = forgeAddress(parseRepositoryUrl(repo, false, "/"), forges);
  return [kind, url, path];
};

describe("the forge of a repository", () => {
  const rows: readonly (readonly [string, ForgesSpec, readonly string[]])[] = [
    ["https://github.com/platform/config.git", {}, ["github", "https://github.com", "platform/config"]],
    ["git@github.com:platform/config.git", {}, ["github", "https://github.com", "platform/config"]],
    ["ssh://git@codeberg.org:2222/platform/config", {}, ["gitea", "https://codeberg.org", "platform/config"]],
    ["https://gitlab.com/platform/team/config", {}, ["gitlab", "https://gitlab.com", "platform/team/config"]],
    [
      "https://git.example.com:3000/platform/config.git",
      { "git.example.com:3000": { kind: "forgejo" } },
      ["gitea", "https://git.example.com:3000", "platform/config"],
    ],
    [
      "ssh://git@ssh.example.com:2222/platform/config.git",
      { "ssh.example.com": { kind: "github", url: "https://github.example.com/" } },
      ["github", "https://github.example.com", "platform/config"],
    ],
    [
      "https://files.example.com/config.git",
      { "files.example.com": { kind: "plain" } },
      ["plain", "https://files.example.com", "config"],
    ],
  ];
  for (const [repo, forges, expected] of rows) {
    it(`is found of ${repo}`, () => assert.deepEqual(of(repo, forges), expected));
  }
  it("is none on this machine", () => {
    assert.equal(forgeAddress(parseRepositoryUrl("config.git", true, "/project"), {}).kind, "plain");
  });
  it("is not guessed for a host that nobody knows, and the fix names what to write", () => {
    assert.throws(
      () => of("https://git.example.com/platform/config.git"),
      (error: unknown) =>
        error instanceof DriftlessError &&
        error.code === "FORGE_UNKNOWN" &&
        /forges:.*git\.example\.com/.test(error.findings[0].fix),
    );
  });
  it("has an owner and a name", () => {
    assert.throws(() => of("https://github.com/config.git"), { code: "GIT_URL_INVALID" });
    assert.throws(() => of("https://github.com/a/b/c.git"), { code: "GIT_URL_INVALID" });
  });
});
