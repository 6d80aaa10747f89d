import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { earlierApprovals, earlierText } from "../../../core/approvals/earlier.ts";
import type { SignedStatement } from "../../../core/approvals/judge.ts";
import { approvals } from "../../../core/environment/schema/approvals.ts";

const keys = [`ssh-ed25519 ${"A".repeat(68)}`];
const rules = approvals.parse({
  required: 1,
  from: ["group:sre"],
  people: { "ann@example.com": { groups: ["sre"], keys }, "cat@example.com": { groups: ["dev"], keys } },
});
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;
const parts = { objects: digest("a"), policy: digest("b") };
const plan = { digest: digest("2"), revision: "2".repeat(40), parts };
const ann = "ann@example.com";
const earlier: SignedStatement = {
  ...{ kind: "approval", environment: "live", digest: digest("1"), revision: "1".repeat(40), ...parts },
  ...{ by: ann, signer: ann, at: "2026-03-01T11:30:10Z" },
};
const find = (statements: readonly SignedStatement[], since?: string) =>
  earlierApprovals({ rules, environment: "live", plan, since }, statements);
const changedSince = (changes: Partial<SignedStatement>) => find([{ ...earlier, ...changes }])[0]?.changed;

describe("approvals of an earlier plan", () => {
  it("say what changed since: commit, objects, policy, or how the plan is delivered", () => {
    const { revision } = plan;
    assert.deepEqual(changedSince({}), ["commit"]);
    assert.deepEqual(changedSince({ objects: digest("c") }), ["commit", "objects"]);
    assert.deepEqual(changedSince({ revision, objects: digest("c"), policy: digest("c") }), ["objects", "policy"]);
    assert.deepEqual(changedSince({ revision }), ["delivery"]);
    assert.deepEqual(changedSince({ revision, objects: undefined }), [], "nobody can tell");
  });

  it("are the last that each person said, if it counts and nothing was applied since", () => {
    assert.deepEqual(find([earlier, { ...earlier, kind: "withdrawal" }]), []);
    assert.equal(find([{ ...earlier, kind: "withdrawal" }, earlier]).length, 1);
    assert.deepEqual(find([earlier, { ...earlier, digest: plan.digest }]), [], "it is no earlier one any more");
    assert.deepEqual(find([earlier], "2026-03-01T12:00:00Z"), []);
    assert.equal(find([earlier], "2026-03-01T11:00:00Z").length, 1);
    for (const no of [
      { environment: "dev" },
      { signer: undefined },
      { signer: "cat@example.com" },
      { by: "cat@example.com", signer: "cat@example.com" },
      { kind: "break-glass" as const, reason: "x" },
      { about: "destruction" },
    ]) {
      assert.deepEqual(find([{ ...earlier, ...no }]), [], JSON.stringify(no));
    }
  });

  it("are none of the plan that runs, nor of what was said before its last approval", () => {
    const of = (at: string, digit: string, by = ann): SignedStatement => ({
      ...{ ...earlier, by, signer: by, at, digest: digest(digit) },
    });
    const everybody = { ...rules, from: [] };
    const cat = "cat@example.com";
    const question = { rules: everybody, environment: "live", plan, since: undefined, applied: digest("3") };
    const found = (...statements: readonly SignedStatement[]) =>
      earlierApprovals(question, statements).map(({ by }) => by);
    assert.deepEqual(found(of("2026-03-01T11:00:00Z", "1"), of("2026-03-01T12:00:00Z", "3", cat)), []);
    assert.deepEqual(found(of("2026-03-01T12:00:00Z", "3", cat), of("2026-03-01T13:00:00Z", "1")), [ann]);
  });

  it("are told in a sentence: who, which, when, and what is another now", () => {
    const [found] = find([{ ...earlier, objects: digest("c"), policy: digest("c") }]);
    assert.ok(found !== undefined);
    const said = "ann@example.com approved sha256:111111111111 on 2026-03-01 11:30 UTC; since then";
    const text = (changed: typeof found.changed): string => earlierText({ ...found, changed }, plan.revision);
    assert.equal(text(found.changed), `${said} the commit (1111111, now 2222222), objects and policy changed`);
    assert.equal(text(["commit"]), `${said} only the commit (1111111, now 2222222) changed`);
    assert.equal(text(["delivery"]), `${said} only how it is delivered changed`);
    assert.equal(text([]), `${said} something of it changed`);
  });
});
