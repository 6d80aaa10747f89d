import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { auditCsv, auditMarkdown } from "../../../../automation/output/audit.ts";
import { deliveryFigures, type AuditedUpdate } from "../../../../core/history/audit.ts";

const period = { from: "2026-11-01T00:00:00.000Z", to: "2026-11-11T00:00:00.000Z" };
const update: AuditedUpdate = {
  ...{ environment: "dev", number: 7, kind: "up", outcome: "succeeded", healthy: true, start: "2026-11-02T10:00:00Z" },
  ...{ end: "2026-11-02T10:00:30Z", by: { name: "=cmd()" }, to: "a".repeat(40), approvals: [], failures: [] },
  reason: 'a "quoted", reason\nof two lines',
  commits: [
    {
      ...{ revision: "a".repeat(40), date: "2026-11-02T09:00:00Z", author: "Ada <ada@example.com>", committer: "Ada" },
      ...{ subject: "<b>bold</b> | @all", reviewers: ["Grace <grace@example.com>"] },
    },
  ],
  documentCommits: [
    {
      ...{
        revision: "c".repeat(40),
        date: "2026-11-02T09:30:00Z",
        author: "Bob <bob@example.com>",
        committer: "Forge",
      },
      ...{
        subject: "Merge",
        reviewers: ["alice (git.example.com)"],
        pullRequest: "#12",
        mergedBy: "Bob <bob@example.com>",
      },
    },
  ],
};
const audits = [
  {
    environment: "dev",
    updates: [update],
    figures: deliveryFigures([update], period),
    drift: [
      {
        object: "eu/shop/ConfigMap/web",
        since: "2026-11-02T08:00:00Z",
        until: "2026-11-02T09:00:00Z",
        fields: ["data.a"],
      },
      { object: "eu/shop/ConfigMap/gone", since: "2026-11-03T08:00:00Z", until: undefined, fields: ["-"] },
    ],
    blocked: [{ revision: "b".repeat(40), reason: "fails", by: "Ada", at: "2026-11-03T10:00:00Z" }],
  },
];

describe("An audit", () => {
  it("as CSV has one line for each update and each drift, and no formula", () => {
    const [head = "", row = "", ...rest] = auditCsv(audits).split("\r\n");
    assert.deepEqual(
      rest.map((each) => each.replace(/,{2,}/g, ",,")),
      [
        "dev,,2026-11-02T08:00:00Z,2026-11-02T09:00:00Z,drift,ended,,eu/shop/ConfigMap/web data.a,,",
        "dev,,2026-11-03T08:00:00Z,,drift,open,,eu/shop/ConfigMap/gone -,,",
        "",
      ],
    );
    assert.ok(row.includes("Grace <grace@example.com>; alice (git.example.com)"));
    assert.ok(row.includes("#12,Bob <bob@example.com>,"));
    assert.match(head, /^environment,update,start,end,kind,outcome,healthy,by,/);
    assert.match(row, /^dev,7,/);
    assert.ok(row.includes(",'=cmd(),"));
    assert.ok(row.includes('"a ""quoted"", reason of two lines"'));
    assert.ok(row.includes("Grace <grace@example.com>"));
  });

  it("as Markdown has the figures, and takes nothing of a commit for markup", () => {
    const text = auditMarkdown(audits, period);
    assert.match(text, /^\| 1 \| 0\.10 \| 3630 s \| 0% \| – \|$|^\| 1 \| 0\.10 \| 60 min \| 0% \| – \|$/m);
    assert.doesNotMatch(text, /<b>|@all/);
    assert.match(text, /12 merged by Bob /);
    assert.match(
      text,
      /^- `eu\/shop\/ConfigMap\/web` from 2026-11-02 08:00:00 UTC, until 2026-11-02 09:00:00 UTC: `data\.a`$/m,
    );
    assert.match(text, /^- `eu\/shop\/ConfigMap\/gone` from .*, not seen to end: gone$/m);
    assert.match(text, /`b{40}` kept out at 2026-11-03 10:00:00 UTC by Ada: fails/);
    assert.match(auditMarkdown([], period), /^# Audit from 2026-11-01 00:00:00 UTC to 2026-11-11 00:00:00 UTC\n$/);
  });
});
