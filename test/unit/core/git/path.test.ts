import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { quote } from "../../../../core/errors/quote.ts";
import { folderOf, joinInside } from "../../../../core/git/path.ts";

describe("joinInside", () => {
  it("joins and normalizes", () => {
    assert.equal(joinInside(".", "a/b"), "a/b");
    assert.equal(joinInside("a", "./b/../c"), "a/c");
    assert.equal(joinInside(".", "."), ".");
    assert.equal(joinInside("a/b", "."), "a/b");
    assert.equal(joinInside(".", "a/.."), ".");
    assert.equal(joinInside("a", "..b/...c"), "a/..b/...c");
  });

  it("starts elsewhere inside the root if told so", () => {
    assert.equal(joinInside(".", "../shared/values.yaml", "apps/shop"), "apps/shared/values.yaml");
    assert.throws(() => joinInside("apps", "../../x", "apps/shop"), { code: "PATH_ESCAPE" });
  });

  for (const path of [
    "",
    "..",
    "../x",
    "a/../../x",
    "/etc/passwd",
    "a//b",
    "a/",
    "a\\b",
    "..\\x",
    "a\0b",
    "a\nb",
    "a/%2e%2e/x",
    "%2E%2e/x",
    "a%2fb",
    "a%5cb",
    "%00",
  ]) {
    it(`refuses ${JSON.stringify(path)}`, () => {
      assert.throws(() => joinInside("a/b", path), { code: "PATH_ESCAPE" });
      assert.throws(() => joinInside(".", path), { code: "PATH_ESCAPE" });
    });
  }

  it("refuses URLs as such", () => {
    for (const url of ["file:///x", "http://h/x", "oci://h/x"]) {
      assert.throws(() => joinInside(".", url), { code: "URL_SCHEME_DENIED" });
    }
  });

  it("never leaves the root, whatever the path", () => {
    const segment = fc.constantFrom("a", "b", "..", ".", "...", "..a", "%2e", "");
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
        let joined: string;
        try {
          joined = joinInside("root/inner", segments.join("/"));
        } catch {
          return;
        }
        assert.ok(joined === "root/inner" || joined.startsWith("root/inner/"), joined);
        assert.ok(joined.split("/").every((part) => part !== "" && part !== "." && part !== ".."));
      }),
    );
  });
});

describe("path helpers", () => {
  it("finds the folder of a path", () => {
    assert.deepEqual(["a/b/c", "a", "."].map(folderOf), ["a/b", ".", "."]);
  });

  it("quotes hostile text as one short line", () => {
    assert.equal(quote('a"\n\u001b[31m'), String.raw`"a\"\n\u001b[31m"`);
    assert.ok(quote("x".repeat(10_000)).length < 130);
  });
});
