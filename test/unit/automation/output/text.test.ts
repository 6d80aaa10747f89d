import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { originText, readableTime, shortDigest, shortRevision } from "../../../../automation/output/text.ts";

describe("Texts for people", () => {
  it("shorten revisions and digests", () => {
    assert.equal(shortRevision("5d277f9a".repeat(5)), "5d277f9");
    assert.equal(shortDigest(`sha256:2a82a6743d81${"0".repeat(52)}`), "sha256:2a82a6743d81");
  });

  it("show times without fractions, and leave alone what is no time in UTC", () => {
    assert.equal(readableTime("2026-11-22T06:56:56.000Z"), "2026-11-22 06:56:56 UTC");
    assert.equal(readableTime("2026-11-22T06:56:56Z"), "2026-11-22 06:56:56 UTC");
    for (const other of ["2026-11-22T06:56:56+01:00", "yesterday", ""]) assert.equal(readableTime(other), other);
  });

  it("name the line of an origin where it is known", () => {
    assert.equal(originText({ path: "web/web.yaml", line: 12 }), "web/web.yaml:12");
    assert.equal(originText({ path: "web/web.yaml" }), "web/web.yaml");
    assert.equal(originText(undefined), "");
  });
});
