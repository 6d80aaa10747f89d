import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { blockedInPlan, blockedRevision, holds, isSameImage } from "../../../../core/blocked/judge.ts";
import type { BlockedEntry } from "../../../../core/blocked/schema.ts";
import { manifest, object, plan, revision } from "../plan/fixture.ts";

const decision = { reason: "It fails.", by: "Ada", at: "2026-11-22T10:00:00Z" };
const other = "f".repeat(40);
const deployment = object("apps/v1", "Deployment", "web", {
  spec: { template: { spec: { containers: [{ name: "web", image: "registry.example.com/web:1.5.0" }] } } },
});
const { plan: planned } = plan({ web: [manifest(deployment)] });
const digest = planned.applications[0]?.digest ?? "";
const codes = (...entries: readonly BlockedEntry[]): readonly string[] =>
  blockedInPlan(
    entries.map((entry, at) => ({ entry, place: { file: "environments/_blocked.yaml", line: at + 1 } })),
    planned,
  ).map(({ code }) => code);

describe("What is blocked", () => {
  const cases: readonly (readonly [string, BlockedEntry, readonly string[]])[] = [
    ["the commit itself", { revision, ...decision }, ["REVISION_BLOCKED"]],
    [
      "the commit, once, whatever else is known of it",
      { revision, contents: { dev: { web: digest } }, ...decision },
      ["REVISION_BLOCKED"],
    ],
    [
      "another commit that makes the same",
      { revision: other, contents: { dev: { web: digest } }, ...decision },
      ["REVISION_BLOCKED"],
    ],
    ["no other commit", { revision: other, ...decision }, []],
    ["none that makes something else", { revision: other, contents: { dev: { web: "sha256:0" } }, ...decision }, []],
    ["none of what it made elsewhere", { revision: other, contents: { production: { web: digest } }, ...decision }, []],
    ["nothing in another environment", { revision, environments: ["production"], ...decision }, []],
    ["an image by its tag", { image: "registry.example.com/web:1.5.0", ...decision }, ["IMAGE_BLOCKED"]],
    ["no other tag", { image: "registry.example.com/web:1.5", ...decision }, []],
    ["no other image", { image: "registry.example.com/other/web:1.5.0", ...decision }, []],
    ["nothing that was let back", { revision, unblocked: [{ environment: "dev", ...decision }], ...decision }, []],
    [
      "what was let back elsewhere only",
      { revision, unblocked: [{ environment: "production", ...decision }], ...decision },
      ["REVISION_BLOCKED"],
    ],
  ];
  for (const [what, entry, expected] of cases) {
    it(`is ${what}`, () => assert.deepEqual(codes(entry), expected));
  }

  it("is told with its place, who decided, why and what to do", () => {
    const place = { file: "environments/_blocked.yaml", line: 4 };
    const [finding] = blockedRevision([{ entry: { revision, ...decision }, place }], "dev", revision);
    assert.deepEqual(finding?.place, place);
    assert.match(finding.message, /^The commit 0123456 is kept out of dev: It fails \(Ada, 2026-11-22\)\.$/);
    assert.match(finding.fix, /driftless unblock dev 0123456789abcdef0123456789abcdef01234567 --reason/);
  });

  it("holds where nothing says where", () => assert.equal(holds({ revision, ...decision }, "any"), true));
});

describe("A blocked image", () => {
  const sha = (digit: string): string => `sha256:${digit.repeat(64)}`;
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["web:1", "web:1", true],
    ["web:1", "web:2", false],
    ["web:1", "shop/web:1", false],
    [`web:1@${sha("a")}`, "web:1", true],
    [`web@${sha("a")}`, "web:1", false],
    [`web:2@${sha("a")}`, `web@${sha("a")}`, true],
    [`web:1@${sha("b")}`, `web:1@${sha("a")}`, false],
    ["web:1", `web@${sha("a")}`, false],
    ["web", "web:1", false],
  ];
  for (const [used, blocked, same] of cases) {
    it(`${blocked} ${same ? "is" : "is not"} ${used}`, () => assert.equal(isSameImage(used, blocked), same));
  }
});
