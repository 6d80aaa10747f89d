import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { gitReason, remoteFailure } from "../../../../core/git/reason.ts";
import { parseRepositoryUrl } from "../../../../core/git/url.ts";
import { isOlder } from "../../../../core/git/version.ts";

describe("gitReason", () => {
  for (const [output, reason] of [
    [
      "fatal: unable to access 'https://h/x/': Could not resolve host: h",
      "unable to access 'https://h/x/': Could not resolve host: h",
    ],
    [
      "ssh: connect to host h port 22: Connection refused\r\nfatal: Could not read from remote repository.",
      "ssh: connect to host h port 22: Connection refused",
    ],
    ["remote: Counting objects: 100% (3/3), done.\nfatal: early EOF", "early EOF"],
    [
      "fatal: '/home/someone/secret/config.git' does not appear to be a git repository",
      "'config.git' does not appear to be a git repository",
    ],
    ["fatal: Authentication failed for 'https://user:token@h/x'", "Authentication failed for 'https://h/x'"],
    ["", "no reason given"],
  ] as const) {
    it(`says ${JSON.stringify(reason)}`, () => assert.equal(gitReason(output), reason));
  }
});

describe("remoteFailure", () => {
  const url = parseRepositoryUrl("https://git.example.com/a", false, "/project");
  for (const [output, code] of [
    ["fatal: unable to access 'https://h/': The requested URL returned error: 302", "GIT_REDIRECT_DENIED"],
    ["fatal: mismatched algorithms: client sha1; server sha256", "REVISION_INVALID"],
    ["fatal: fsck error in packed object", "TOOL_FAILED"],
    ["fatal: unable to access 'https://h/': The requested URL returned error: 500", "GIT_UNREACHABLE"],
    ["fatal: could not read Username for 'https://h': terminal prompts disabled", "GIT_UNREACHABLE"],
  ] as const) {
    it(`tells ${code} from what git wrote`, () => {
      assert.equal(remoteFailure(url, new Error(output)).code, code);
    });
  }
});

describe("isOlder", () => {
  it("compares numbers, not text", () => {
    assert.equal(isOlder("2.9.5", "2.32"), true);
    assert.equal(isOlder("2.32.0", "2.32"), false);
    assert.equal(isOlder("2.100", "2.32"), false);
    assert.equal(isOlder("1.99", "2.32"), true);
    assert.equal(isOlder("3.0", "2.32"), false);
  });
});
