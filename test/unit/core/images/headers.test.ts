import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readChallenge } from "../../../../core/images/challenge.ts";
import { nextPage } from "../../../../core/images/next-page.ts";

describe("what a registry says of logging in", () => {
  const cases: readonly (readonly [string, ReturnType<typeof readChallenge>])[] = [
    ['Basic realm="x"', { scheme: "basic" }],
    ["basic", { scheme: "basic" }],
    [
      'Bearer realm="https://auth.example.com/token",service="registry",scope="repository:a:pull,push"',
      { scheme: "bearer", realm: "https://auth.example.com/token", service: "registry" },
    ],
    [
      "bearer realm=https://a.example.com/t",
      { scheme: "bearer", realm: "https://a.example.com/t", service: undefined },
    ],
    [
      'Basic realm="a", Bearer realm="https://b.example.com"',
      { scheme: "bearer", realm: "https://b.example.com", service: undefined },
    ],
    [
      'Bearer  Realm = "https://c.example.com" , service="a \\"b\\", c"',
      { scheme: "bearer", realm: "https://c.example.com", service: 'a "b", c' },
    ],
    ["Bearer", undefined],
    ["Negotiate abc", undefined],
    ["", undefined],
  ];
  for (const [header, expected] of cases) {
    it(`is read from ${JSON.stringify(header)}`, () => {
      assert.deepEqual(readChallenge(header), expected);
    });
  }

  it("is read from anything without an end or an error", () => {
    fc.assert(fc.property(fc.string(), (text) => void readChallenge(`Bearer realm="${text}`)));
    fc.assert(fc.property(fc.string(), (text) => void nextPage(text)));
    assert.equal(readChallenge(`Bearer ${"a=b,".repeat(100_000)}`), undefined);
  });
});

describe("where the next page of a list is", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['</v2/a/tags/list?last=b&n=2>; rel="next"', "/v2/a/tags/list?last=b&n=2"],
    ["</x>; rel=next", "/x"],
    ['<https://a.example.com/1>; rel="prev", </2>; title="t"; rel="last next"', "/2"],
    ['</x>; rel="nextish"', undefined],
    ["</x>", undefined],
    ["", undefined],
  ];
  for (const [header, expected] of cases) {
    it(`is read from ${JSON.stringify(header)}`, () => {
      assert.equal(nextPage(header), expected);
    });
  }
});
