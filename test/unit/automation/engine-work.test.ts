import { noCounts } from "../../../core/plan/change.ts";
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { updateProgress } from "../../../automation/engine-work.ts";
import type { Progress } from "../../../automation/output/progress.ts";
import type { Session } from "../../../automation/session.ts";
import type { RunProgress } from "../../../automation/engine/types.ts";

describe("The progress of an update", () => {
  it("counts each object once, and details the one that is begun", () => {
    const said: string[] = [];
    const progress: Progress = {
      step: (line) => void said.push(line),
      detail: (line) => void said.push(`(${line})`),
      note: () => assert.fail("nothing stays"),
      end: () => assert.fail("the update is not over"),
    };
    const session: Pick<Session, "progress"> = { progress };
    const report = updateProgress(session, { ...noCounts(), create: 1, replace: 1, same: 7 });
    const object = {
      owner: "application/shop",
      cluster: "main",
      kind: "Service",
      namespace: "shop",
      name: "web",
    } as const;
    const event = (state: RunProgress["state"], action: "create" | "replace", name: string): RunProgress => ({
      change: { ...object, action, name },
      state,
      done: 0,
    });
    report(event("started", "replace", "web"));
    report(event("done", "replace", "web"));
    report(event("done", "replace", "web"));
    report(event("failed", "create", "api"));
    assert.deepEqual(said, [
      "(0/2  replace Service shop/web …)",
      "1/2  replace Service shop/web",
      "1/2  replace Service shop/web",
      "2/2  failed to create Service shop/api",
    ]);
  });
});
