import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, it } from "mocha";
import { RunEvents } from "../../../../automation/engine/events.ts";
import { runFailures } from "../../../../automation/engine/run-failures.ts";

const urn =
  "urn:pulumi:dev::driftless::driftless:index:Environment$driftless:index:Cluster$aws:eks/cluster:Cluster::eu/cluster";

describe("a part of a cluster that is protected", () => {
  for (const [said, words] of [
    ["cannot be deleted\nbecause it is protected. To unprotect the resource, either remove", "would be deleted"],
    ["unable to replace resource\nas it is currently marked for protection. To unprotect", "would be replaced"],
  ] as const) {
    it(`says how to let it go where it ${words}`, () => {
      const diagnosticEvent = { urn, message: said, color: "never", severity: "error" };
      const events = new RunEvents([]);
      events.add({ sequence: 1, timestamp: 0, diagnosticEvent } as unknown as EngineEvent);
      const [failure, ...others] = runFailures(events);
      assert.deepEqual(others, []);
      assert.equal(failure?.finding.code, "CLUSTER_PROTECTED");
      assert.match(failure.finding.message, new RegExp(`^Of the cluster "eu", "cluster" ${words}`));
      assert.match(failure.finding.fix, /protect: false.*clusters\.eu\.eks/);
    });
  }
});
