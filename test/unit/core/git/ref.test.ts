import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { checkBranch, checkRevision } from "../../../../core/git/ref.ts";

const id = "0123456789abcdef0123456789abcdef01234567";

describe("checkBranch", () => {
  it("accepts names that Git accepts", () => {
    for (const name of ["main", "release/2.1", "feature/#12-a_b", "ümlaut", "a@b", "x.lock.y"]) {
      assert.equal(checkBranch(name), name);
    }
  });

  for (const name of [
    "",
    "--upload-pack=touch x",
    "-u",
    "--exec=x",
    "--output=x",
    "-cPROTOCOL.ALLOW=always",
    "ref\n--x",
    "a..b",
    "@{-1}",
    "@",
    "HEAD",
    "main@{1}",
    "x^{/re}",
    "x~1",
    "a:b",
    "a b",
    "a\tb",
    "a?b",
    "a*b",
    "a[b",
    "a\\b",
    "/a",
    "a/",
    "a//b",
    "a.",
    ".a",
    "a/.b",
    "a.lock",
    "a.lock/b",
    "refs/heads/../../x",
    "x".repeat(251),
  ]) {
    it(`refuses ${JSON.stringify(name.slice(0, 40))}`, () => {
      assert.throws(() => checkBranch(name), { name: "DriftlessError", code: "GIT_REF_INVALID" });
    });
  }
});

describe("checkRevision", () => {
  it("accepts a full commit id only", () => {
    assert.equal(checkRevision(id), id);
  });

  for (const [revision, what] of [
    ["main", /is not a commit id.*\n.*`git rev-parse main`/],
    ["v1.0.0", /is not a commit id/],
    ["0123456", /shortened.*\n.*`git rev-parse 0123456`/],
    [id.toUpperCase(), /upper-case/],
    [id + id.slice(0, 24), /SHA-256/],
    [`${id}\n`, /is not a commit id/],
    [`${id}^`, /is not a commit id/],
    [`-${id.slice(1)}`, /is not a commit id.*\n.*`git rev-parse HEAD`/],
    ["main; ls", /is not a commit id.*\n.*`git rev-parse HEAD`/],
    ["", /is not a commit id/],
  ] as const) {
    it(`refuses ${JSON.stringify(revision.slice(0, 45))} and says what to do`, () => {
      assert.throws(() => checkRevision(revision), { code: "REVISION_INVALID", message: what });
    });
  }
});
