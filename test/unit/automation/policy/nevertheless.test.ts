import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { RunFailed } from "../../../../automation/engine/run-failed.ts";
import type { UpdateResult } from "../../../../automation/engine/types.ts";
import { afterPolicy, policyErrors, stoppedByPolicy } from "../../../../automation/policy/nevertheless.ts";
import type { CheckedViolation } from "../../../../automation/policy/policy.ts";
import { DriftlessError, failure } from "../../../../core/errors/error.ts";
import { errorFinding, type Finding } from "../../../../core/errors/finding.ts";
import { noCounts } from "../../../../core/plan/change.ts";

const object = "main/shop/Pod/one";
const violation = (level: CheckedViolation["level"]): CheckedViolation => ({
  ...{ pack: "driftless", rule: "image-tag-required", level, object, owner: "application/web" },
  ...{ message: "no tag", what: "no tag", resource: object, urn: "" },
});
const result: UpdateResult = {
  ...{ changes: [], counts: { ...noCounts(), create: 1 }, hooks: [], waits: [], removals: [], violations: [] },
  ...{ diagnostics: [], packs: {}, outputs: {}, seconds: 1, finished: new Set<string>() },
};
const engine = (message: string): Finding => errorFinding("POLICY_VIOLATION", message, "Change it.");
const failed = (...findings: readonly [Finding, ...Finding[]]): RunFailed => {
  const [first, ...rest] = findings.map((finding) => ({ owner: "application/web", finding }));
  assert.ok(first !== undefined);
  return new RunFailed([first, ...rest], result);
};

describe("a preview of what policy refuses", () => {
  it("counts where only packs in the engine stop it, and where anything else does, it failed", () => {
    const said = engine("image-tag-required: no tag");
    assert.deepEqual(stoppedByPolicy(failed(said)), { result, refused: [said] });
    const other = failed(said, errorFinding("UPDATE_FAILED", "No.", "Mend it."));
    assert.throws(
      () => stoppedByPolicy(other),
      (error) => error === other,
    );
    assert.throws(() => stoppedByPolicy(failure("POLICY_VIOLATION", "No.", "Mend it.")));
  });

  it("tells once what the engine says too, and keeps what only the engine says", () => {
    const [again, more] = [engine(`${object}: image-tag-required: no tag`), engine(`${object}: owned: nobody's`)];
    const messages = (level: CheckedViolation["level"]) =>
      policyErrors([violation(level)], [again, more]).map(({ message }) => message);
    assert.deepEqual(messages("mandatory"), [`${object}: image-tag-required: no tag.`, more.message]);
    assert.deepEqual(messages("advisory"), [again.message, more.message], "advice is no error");
  });

  it("that fails tells what policy is against first, and its own error behind it", () => {
    const gone = failure("CLUSTER_UNREACHABLE", "Gone.", "Start it.");
    const both = afterPolicy(gone, [violation("mandatory")]);
    assert.ok(both instanceof DriftlessError);
    assert.deepEqual(
      both.findings.map(({ code }) => code),
      ["POLICY_VIOLATION", "CLUSTER_UNREACHABLE"],
    );
    assert.equal(both.kind, "terminal");
    assert.equal(afterPolicy(gone, [violation("advisory")]), gone);
    const run = afterPolicy(failed(errorFinding("UPDATE_FAILED", "No.", "Mend it.")), [violation("mandatory")]);
    assert.ok(run instanceof RunFailed);
    assert.deepEqual(
      run.findings.map(({ code }) => code),
      ["POLICY_VIOLATION", "UPDATE_FAILED"],
    );
    assert.equal(run.result, result);
  });
});
