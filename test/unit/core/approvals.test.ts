import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { destructionDigest } from "../../../core/approvals/destruction.ts";
import { isApproved, judgeApprovals, type SignedStatement } from "../../../core/approvals/judge.ts";
import { readStatement, statementMessage } from "../../../core/approvals/statement.ts";
import { approvals } from "../../../core/environment/schema/approvals.ts";
import { messageText } from "../../../core/git/write-message.ts";

const key = `ssh-ed25519 ${"A".repeat(68)}`;
const person = (group: string) => ({ groups: [group], keys: [key] });
const rules = approvals.parse({
  required: 2,
  from: ["group:sre", "user:dan@example.com"],
  people: {
    "ann@example.com": person("sre"),
    "Bea@Example.com": person("sre"),
    "cat@example.com": person("dev"),
    "dan@example.com": person("dev"),
  },
  breakGlass: { from: ["group:dev"], for: "1h" },
});
const digest = `sha256:${"1".repeat(64)}`;
const now = new Date("2026-03-01T12:00:00Z");

function said(name: string, changes: Partial<SignedStatement> = {}): SignedStatement {
  const by = `${name}@example.com`;
  const base = {
    kind: "approval",
    environment: "live",
    digest,
    revision: "a".repeat(40),
    at: "2026-03-01T11:30:00Z",
  } as const;
  return { ...base, by, signer: by, ...changes };
}
const judge = (statements: readonly SignedStatement[], authors: readonly string[] = []) =>
  judgeApprovals({ rules, environment: "live", digest, authors: new Set(authors), now }, statements);

describe("approvals of a plan", () => {
  it("count by what each person said last", () => {
    assert.equal(isApproved(judge([said("ann"), said("bea")])), true);
    assert.deepEqual(judge([said("ann"), said("ann")]).missing, 1);
    assert.deepEqual(judge([said("ann"), said("bea"), said("ann", { kind: "withdrawal" })]).approvedBy, [
      "Bea@Example.com",
    ]);
    assert.deepEqual(judge([said("ann", { kind: "withdrawal" }), said("ann")]).approvedBy, ["ann@example.com"]);
  });

  it("do not count for another plan, another environment, or in somebody's name", () => {
    const others = [
      said("ann", { digest: `sha256:${"2".repeat(64)}` }),
      said("ann", { environment: "dev" }),
      said("ann", { signer: "bea@example.com" }),
      said("ann", { signer: undefined }),
    ];
    const { approvedBy, ignored, missing } = judge(others);
    assert.deepEqual([approvedBy, missing, ignored.length], [[], 2, 2]);
  });

  it("do not count from authors, whatever the case of their address, nor from people who may not approve", () => {
    const { approvedBy, ignored, open } = judge([said("ann"), said("bea"), said("cat")], ["BEA@example.com"]);
    assert.deepEqual(approvedBy, ["ann@example.com"]);
    assert.deepEqual(
      ignored.map(({ by }) => by),
      ["bea@example.com", "cat@example.com"],
    );
    assert.deepEqual(open, ["dan@example.com"]);
  });

  it("are not needed for a while after somebody broke the glass who may, with a reason, by a clock that can be", () => {
    const glass = (changes: Partial<SignedStatement>) =>
      judge([said("cat", { kind: "break-glass", reason: "down", ...changes })]).breakGlass;
    assert.deepEqual(glass({}), { by: "cat@example.com", reason: "down", until: "2026-03-01T12:30:00.000Z" });
    for (const no of [
      { reason: undefined },
      { by: "ann@example.com", signer: "ann@example.com" },
      { signer: "ann@example.com" },
      { at: "2026-03-01T10:59:59Z" },
      { at: "2026-03-01T12:10:00Z" },
      { at: "yesterday" },
    ]) {
      assert.equal(glass(no), undefined, JSON.stringify(no));
    }
  });

  it("are what the message of their commit says, and no other commit is one", () => {
    const { kind, environment, revision, by, at } = said("ann");
    const reason = "fine\nDriftless-By: bea@example.com";
    const statement = { kind, environment, digest, revision, by, at, reason };
    const text = messageText(statementMessage(statement), { name: "Ann", email: "ann@example.com" });
    assert.deepEqual(readStatement(text), { ...statement, reason: "fine Driftless-By: bea@example.com" });
    const ofDestruction = { ...statement, reason: "fine", about: "destruction" };
    const message = messageText(statementMessage(ofDestruction), { name: "Ann", email: "ann@example.com" });
    assert.match(message, /^Approve the destruction of live at /);
    assert.deepEqual(readStatement(message), ofDestruction);
    assert.equal(readStatement("Merge branch main\n\nSigned-off-by: Ann <ann@example.com>\n"), undefined);
  });

  it("of a destruction are about these objects, and about nothing that was made since", () => {
    const object = { action: "delete", cluster: "eu", namespace: "shop", kind: "ConfigMap", name: "web" } as const;
    const other = { ...object, name: "till" };
    const asked = { environment: "live", since: "2026-03-01T12:00:00Z", changes: [object, other] };
    const first = destructionDigest(asked);
    assert.equal(destructionDigest({ ...asked, changes: [other, object] }), first);
    for (const differs of [
      { environment: "dev" },
      { since: "2026-03-02T12:00:00Z" },
      { since: undefined },
      { changes: [object] },
      { changes: [object, { ...other, action: "release" as const }] },
    ]) {
      assert.notEqual(destructionDigest({ ...asked, ...differs }), first, JSON.stringify(differs));
    }
  });

  it("cannot be asked for in a way that nobody could ever meet", () => {
    const bad = approvals.safeParse({ required: 3, from: ["group:sre", "user:eve@example.com"], people: rules.people });
    assert.deepEqual(
      bad.error?.issues.map(({ path }) => path.join(".")),
      ["from.1", "required"],
    );
  });
});
