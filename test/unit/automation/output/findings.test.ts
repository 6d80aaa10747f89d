import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { findingLines } from "../../../../automation/output/findings.ts";
import { paint } from "../../../../automation/output/line.ts";
import type { Finding } from "../../../../core/errors/finding.ts";

const finding: Finding = {
  code: "HOOK_NOT_RUN",
  severity: "warning",
  message: "A hook is not run.",
  fix: "Run it yourself.",
  place: { file: "web/job.yaml", line: 3 },
};
const text = (...findings: readonly Finding[]): string => paint(findingLines(findings), { colours: false });

describe("Findings as text", () => {
  it("call a warning one, and leave errors as tools know them", () => {
    assert.equal(text(finding), "web/job.yaml:3: warning HOOK_NOT_RUN A hook is not run.\n  fix: Run it yourself.\n");
    assert.equal(
      text({ ...finding, severity: "error" }),
      "web/job.yaml:3: HOOK_NOT_RUN A hook is not run.\n  fix: Run it yourself.\n",
    );
  });
});
