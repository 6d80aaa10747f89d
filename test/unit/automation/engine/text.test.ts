import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { cleanText, oneLine } from "../../../../automation/engine/text.ts";

const folders = [
  ["/srv/project", ""],
  ["/srv/cache", "<cache>"],
] as const;

describe("a message of the engine", () => {
  for (const [what, text, expected] of [
    ["colours", "\u001b[31mred\u001b[0m <{%bold%}>bold<{%reset%}>\r\n", "red bold"],
    ["blank lines", "a\n\n  b  \n", "a\n  b"],
    ["the project's folder", "in /srv/project/stacks/index.ts:3", "in stacks/index.ts:3"],
    ["the cache", "in /srv/cache/git/x", "in <cache>/git/x"],
    ["other folders of the machine", 'open "/home/ada/.kube/config": no such file', 'open "…/config": no such file'],
    ["file URLs", "at file:///home/ada/x.ts:1:2", "at …/x.ts:1:2"],
  ] as const) {
    it(`loses ${what}`, () => assert.equal(cleanText(text, folders), expected));
  }

  for (const text of [
    "get /apis/apps/v1/deployments",
    "https://127.0.0.1:6443/api/v1",
    "eu/payments/ConfigMap/tmp/x",
  ]) {
    it(`keeps ${text}`, () => assert.equal(cleanText(text, folders), text));
  }

  it("fits on one line", () => {
    assert.equal(oneLine("2 errors occurred:\n\t* first: why\n\t* second\n\n"), "first: why; second");
  });
});
