import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { formatPath } from "../../../../core/environment/text.ts";
import { dayOf, expiredExceptions } from "../../../../core/policy/expired.ts";

const of = (expires: string) => ({
  ...{ rule: "tags", object: "main/shop/*", reason: "Legacy", owner: "group:shop", expires },
});
const locate = (path: readonly (string | number)[]) => ({ file: "environments/dev.yaml", field: formatPath(path) });

describe("exceptions that have ended", () => {
  it("hold on their last day and are violations from the next on, wherever the clock is", () => {
    const exceptions = [of("2026-11-22"), of("2026-11-21"), of("2027-01-01")];
    const today = dayOf(new Date("2026-11-22T23:59:59.999Z"));
    assert.deepEqual(expiredExceptions({ exceptions }, today, locate), [
      {
        code: "POLICY_VIOLATION",
        severity: "error",
        message: 'The exception from "tags" for "main/shop/*" ended on 2026-11-21; group:shop answers for it.',
        fix: "Mend the object and remove the exception, or have its new end approved.",
        place: { file: "environments/dev.yaml", field: "policy.exceptions[1].expires" },
      },
    ]);
    assert.equal(expiredExceptions({ exceptions }, "2026-11-23", locate).length, 2);
  });
});
