import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, it } from "mocha";
import { RunEvents } from "../../../../automation/engine/events.ts";
import { runFailures } from "../../../../automation/engine/run-failures.ts";
import { formatFinding } from "../../../../core/errors/finding.ts";

/** Streams of a real engine. */
function replay(name: "delivery" | "failed"): RunEvents {
  const file = join(import.meta.dirname, "../../../fixtures/engine", `${name}.jsonl`);
  const events = new RunEvents([["/srv/project", ""]]);
  for (const line of readFileSync(file, "utf8").trim().split("\n")) events.add(JSON.parse(line) as EngineEvent);
  return events;
}

const urn = (type: string, name: string): string => `urn:pulumi:dev::driftless::${type}::${name}`;
const error = (about: string, message: string): object => ({
  diagnosticEvent: { urn: about, message, color: "never", severity: "error" },
});

describe("What a run failed on", () => {
  it("is what a gate found, whose application is known", () => {
    const failures = runFailures(replay("delivery"));
    assert.deepEqual(
      failures.map(({ owner, finding }) => [owner, formatFinding(finding)]),
      [
        [
          "application/db",
          "web/x.yaml:3: UPDATE_FAILED Deployment shop/web on eu is not healthy: reason; a reason.\n  fix: Mend it.",
        ],
        ["application/db", "UPDATE_FAILED Job shop/x on eu failed.\n  fix: Do y."],
      ],
    );
  });

  it("is an object, with what the provider says and what its cluster adds", () => {
    const name = "c/default/Deployment.apps/d";
    const [failed, ...others] = runFailures(replay("failed"), new Map([[name, "the image cannot be pulled"]]));
    assert.deepEqual(others, []);
    assert.equal(failed?.owner, "application/web");
    assert.match(
      failed.finding.message,
      /^Deployment\.apps default\/d on c could not be created: the image cannot be pulled; .*minimum availability/,
    );
  });

  it("is told in the engine's words where our own say nothing, of a hook and of anything else", () => {
    const name = "application/web/hook/pre-deploy/eu/shop/Job.batch/migrate";
    const stash = urn("pulumi:index:Stash", name);
    const metadata = { op: "create", urn: stash, type: "pulumi:index:Stash", old: null, new: null };
    const events = new RunEvents([]);
    for (const event of [
      { resourcePreEvent: { metadata } },
      error(stash, 'before hook "run" failed: TypeError: x is undefined\n'),
      { resOpFailedEvent: { metadata } },
      error(urn("pulumi:providers:kubernetes", "eu-provider"), "no such context\n"),
    ]) {
      events.add({ sequence: 0, timestamp: 0, ...event });
    }
    assert.deepEqual(
      runFailures(events).map(({ owner, finding }) => [owner, finding.code, finding.message]),
      [
        ["application/web", "UPDATE_FAILED", "The hook eu/shop/Job.batch/migrate failed: TypeError: x is undefined"],
        ["environment", "ENGINE_FAILED", "The engine failed on eu-provider: no such context"],
      ],
    );
  });
});
