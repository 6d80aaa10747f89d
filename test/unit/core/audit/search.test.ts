import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import type { AuditQuestion } from "../../../../core/audit/question.ts";
import { searchAudit, type AuditFound } from "../../../../core/audit/search.ts";
import { changed, line, question, removed, settings } from "./log.ts";

describe("The search of an audit log", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "driftless-audit-"));
  });
  after(() => rm(folder, { recursive: true }));

  const early = line(-300, { verb: "get" });

  async function search(
    lines: readonly string[] | Buffer,
    questions: readonly AuditQuestion[] = [question()],
    name = "audit.log",
  ): Promise<AuditFound> {
    await writeFile(join(folder, name), Buffer.isBuffer(lines) ? lines : `${lines.join("\n")}\n`);
    return searchAudit("eu", { path: name }, questions, { project: folder, env: {} });
  }

  async function users(lines: readonly string[], asked: AuditQuestion = question()): Promise<readonly string[]> {
    const { answers } = await search(lines, [asked]);
    const { who = [], fields = [] } = answers.get("settings") ?? {};
    return [...who, ...fields.flat()].map(({ user, match }) => `${user} ${match}`);
  }

  const bodies = (key: string | undefined, patch: object | undefined) => ({
    responseObject: settings(key),
    ...(patch === undefined ? {} : { requestObject: patch }),
  });
  const rows: readonly (readonly [string, readonly string[], AuditQuestion, readonly string[]])[] = [
    ["the manager at its time", [line(5), line(9, { user: "bob", uri: "x" })], question(), ["alice manager"]],
    ["all who wrote under one name", [line(3, { user: "bob" }), line(5)], question(), ["alice manager", "bob manager"]],
    ["nobody for another time", [line(60)], question(), []],
    ["nobody for what was refused", [line(5, { code: 409 })], question(), []],
    ["nobody for what was tried out", [line(5, { uri: "&dryRun=All" })], question(), []],
    ["nobody for another object", [line(5, { name: "other" })], question(), []],
    ["nobody for a status", [line(5, { subresource: "status" })], question(), []],
    [
      "whoever gave it its value, where there are bodies",
      [
        line(1, { user: "us", ...bodies("1", undefined) }),
        line(3, { user: "bob", ...bodies("2", { data: { key: "2" } }) }),
        line(5, bodies("2", { data: { key: "2" } })),
        line(7, { user: "carol", ...bodies("2", { data: { more: "x" } }) }),
      ],
      question(),
      ["bob field"],
    ],
    [
      "nobody by bodies where the change itself is missing",
      [line(1, bodies("1", undefined)), line(30, { user: "carol", ...bodies("2", { data: { more: "x" } }) })],
      question(),
      [],
    ],
    [
      "whoever sent a patch that names it, where there are only requests",
      [
        line(5, { requestObject: { data: { key: "2" } } }),
        line(6, { user: "bob", requestObject: { data: { x: "2" } } }),
      ],
      question(),
      ["alice field"],
    ],
    [
      "whoever took it away by a JSON patch",
      [line(5, { requestObject: [{ op: "remove", path: "/data/key" }] })],
      question({ differences: [removed] }),
      ["alice field"],
    ],
    [
      "the only one who wrote, if nobody holds the field",
      [line(5)],
      question({ differences: [removed] }),
      ["alice object"],
    ],
    [
      "people before controllers, if nobody holds the field",
      [line(5), line(6, { user: "system:serviceaccount:kube-system:x" })],
      question({ differences: [removed] }),
      ["alice object"],
    ],
    [
      "nobody for a field of a Secret by what bodies hold",
      [line(40, bodies("2", { data: { key: "2" } }))],
      question({ secret: true }),
      [],
    ],
    [
      "the last who deleted it since it was applied",
      [line(-9, { user: "bob", verb: "delete" }), line(5, { verb: "delete" })],
      question({ verdict: "deleted", differences: [] }),
      ["alice object"],
    ],
    [
      "whoever deleted all of its kind, unless by a selector somebody deleted others",
      [
        line(4, { verb: "deletecollection", name: null }),
        line(5, { user: "bob", verb: "deletecollection", name: null, uri: "&labelSelector=a" }),
      ],
      question({ verdict: "deleted", differences: [] }),
      ["alice object"],
    ],
    [
      "whoever deleted its namespace",
      [
        line(4, { user: "bob", verb: "delete", resource: "namespaces", name: "shop" }),
        line(5, {
          user: "system:serviceaccount:kube-system:namespace-controller",
          verb: "deletecollection",
          name: null,
        }),
      ],
      question({ verdict: "deleted", differences: [] }),
      ["bob object"],
    ],
    [
      "who deleted it and who made it again",
      [line(4, { user: "bob", verb: "delete" }), line(7, { code: 201 }), line(9, { user: "carol" })],
      question({ verdict: "recreated", made: Date.UTC(2026, 2, 1, 10, 0, 7) }),
      ["bob object", "alice object"],
    ],
    [
      "who made what is unknown",
      [line(7, { verb: "create", code: 201 })],
      question({ verdict: "orphan", made: Date.UTC(2026, 2, 1, 10, 0, 7) }),
      ["alice object"],
    ],
  ];
  for (const [name, lines, asked, expected] of rows) {
    it(`names ${name}`, async () => {
      assert.deepEqual(await users([early, ...lines], asked), expected);
    });
  }

  it("names nobody for being the only one where the log begins too late", async () => {
    assert.deepEqual(await users([line(5)], question({ differences: [removed] })), []);
  });

  it("counts damaged lines and reads on, also behind a prefix that an export has put there", async () => {
    const found = await search([
      early,
      "nonsense",
      `2026-03-01T10:00:05Z ${line(5)}`,
      "",
      '{"kind":"Ev',
      '{"a":1}',
      line(6).slice(0, 90),
    ]);
    assert.deepEqual([found.damaged, found.findings], [3, []]);
    assert.equal(found.answers.get("settings")?.fields[0]?.[0]?.user, "alice");
  });

  it("keeps what would move a cursor out of names", async () => {
    assert.deepEqual(await users([early, line(5, { user: "al\u001b[2Jice\n\u202e" })]), ["al?[2Jice?? manager"]);
  });

  it("reads large files from their end, and lines over their blocks; one that is too long is left out", async () => {
    const fill = Array.from({ length: 12_000 }, (_, at) => line(at / 20, { name: `other-${at}` }));
    const found = await search([
      early,
      line(5, { userAgent: "x".repeat(5_000_000) }),
      ...fill,
      line(5, { user: "bob", annotations: { a: "y".repeat(30_000_000) } }),
      line(700, { name: "last" }),
    ]);
    assert.deepEqual([found.damaged, found.findings], [1, []]);
    assert.deepEqual(
      found.answers.get("settings")?.fields[0]?.map(({ user, userAgent }) => [user, userAgent.length]),
      [["alice", 200]],
    );
    assert.equal(found.from, "2026-03-01T09:55:00.000Z");
  });

  it("goes on in what was put aside, packed or not, unless that is too old", async () => {
    const part = join(folder, "audit-2026-03-01T10-00-20.000.log.gz");
    await writeFile(part, gzipSync(`${early}\n${line(5)}\n`));
    const minuteAgo = Date.now() / 1000 - 60;
    await utimes(part, minuteAgo, minuteAgo);
    await writeFile(join(folder, "audit.log.1"), `${line(3, { user: "bob" })}\n`);
    await writeFile(join(folder, "audit-policy.log"), "no log\n");
    const now = [line(30, { name: "other" })];
    assert.deepEqual(await users(now), ["alice manager", "bob manager"]);
    await utimes(part, 1, 1);
    assert.deepEqual(await users(now), []);
    await writeFile(part, gzipSync(Buffer.from(`${early}\n${line(5)}\n`.repeat(99))).subarray(0, 300));
    const { findings } = await search(now);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["AUDIT_UNAVAILABLE"],
    );
    await Promise.all([part, join(folder, "audit.log.1")].map((file) => rm(file)));
  });

  it("does not wait for a pipe, nor read a folder", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.log")]);
    for (const path of ["pipe.log", ".", "nowhere.log"]) {
      const { findings, answers } = await searchAudit("eu", { path }, [question()], { project: folder, env: {} });
      assert.deepEqual(
        findings.map(({ code }) => code),
        ["AUDIT_UNAVAILABLE"],
        path,
      );
      assert.deepEqual(answers.get("settings")?.fields, [[]]);
    }
  });

  it("stops when its time is up, and says so", async () => {
    await writeFile(join(folder, "audit.log"), `${early}\n${line(5)}\n`);
    const context = { project: folder, env: {}, milliseconds: 0 };
    const { findings } = await searchAudit(
      "eu",
      { path: "audit.log" },
      [question({ differences: [removed, changed] })],
      context,
    );
    assert.match(findings[0]?.message ?? "", /too large/);
  });

  it("reads the logs of several API servers", async () => {
    await writeFile(join(folder, "one.log"), `${early}\n${line(5)}\n`);
    await writeFile(join(folder, "two.log"), `${early}\n${line(3, { user: "bob" })}\n`);
    const env = { LOGS: `${join(folder, "one.log")}:${join(folder, "two.log")}` };
    const { answers } = await searchAudit("eu", { env: "LOGS" }, [question()], { project: folder, env });
    assert.equal(answers.get("settings")?.fields[0]?.length, 2);
  });
});
