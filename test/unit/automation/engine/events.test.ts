import { noCounts } from "../../../../core/plan/change.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { describe, it } from "mocha";
import { RunEvents } from "../../../../automation/engine/events.ts";
import type { RunProgress } from "../../../../automation/engine/types.ts";

/** Streams of a real engine, without debug events and outputs. */
function replay(
  name: "changes" | "refresh" | "failed" | "delivery",
  onProgress?: (progress: RunProgress) => void,
  onWait?: (line: string) => void,
): RunEvents {
  const file = join(import.meta.dirname, "../../../fixtures/engine", `${name}.jsonl`);
  const events = new RunEvents([["/srv/project", ""]], { onProgress, onWait });
  for (const line of readFileSync(file, "utf8").trim().split("\n")) events.add(JSON.parse(line) as EngineEvent);
  return events;
}

const inDefault = { owner: "application/web", cluster: "c", namespace: "default" } as const;

describe("the events of a run", () => {
  it("become one row per object, a replacement too, with the fields that differ and deletions last", () => {
    assert.deepEqual(replay("changes").changes(), [
      {
        ...inDefault,
        action: "update",
        kind: "ConfigMap",
        name: "cm-0",
        origin: { path: "web/all.yaml" },
        fields: [{ path: "data.k", kind: "change", before: "1", after: "2" }],
      },
      {
        ...inDefault,
        action: "replace",
        kind: "Deployment.apps",
        name: "d",
        origin: { path: "web/all.yaml" },
        fields: [
          { path: "spec.selector.matchLabels.a", kind: "change", before: "b", after: "c" },
          { path: "spec.template.metadata.labels.a", kind: "change", before: "b", after: "c" },
        ],
      },
      {
        ...inDefault,
        action: "update",
        kind: "Secret",
        name: "s",
        origin: { path: "web/all.yaml" },
        fields: [{ path: "data.pw", kind: "change", before: "[secret]", after: "[secret]" }],
      },
      { ...inDefault, action: "delete", kind: "ConfigMap", name: "cm-1", fields: [] },
    ]);
  });

  it("count objects only: neither providers, although their credentials changed, nor components", () => {
    assert.deepEqual(replay("changes").counts(), { ...noCounts(), update: 2, replace: 1, delete: 1 });
  });

  it("show after a refresh what the cluster holds, and what is gone as to be created", () => {
    const rows = replay("refresh")
      .changes()
      .map(({ action, name, fields }) => ({ action, name, fields }));
    assert.deepEqual(rows, [
      { action: "update", name: "cm-0", fields: [{ path: "data.k", kind: "change", before: "hand", after: "1" }] },
      { action: "create", name: "cm-1", fields: [] },
      // It never became ready: the provider goes on waiting for it.
      { action: "update", name: "d", fields: [] },
    ]);
  });

  it("name violations with owner, object and origin, without the description of the rule", () => {
    assert.deepEqual(replay("changes").violations(), [
      {
        rule: "resource-limits-required",
        pack: "driftless",
        level: "mandatory",
        message:
          'container "x" has no limit for cpu and memory (from web/all.yaml). Set resources.limits of the container, or of its pod.',
        owner: "application/web",
        object: "c/default/Deployment.apps/d",
        origin: { path: "web/all.yaml" },
      },
    ]);
    assert.deepEqual(replay("changes").packs(), { "driftless|local|/srv/project/policies": "0.1.0" });
  });

  it("keep what people can use of the diagnostics", () => {
    assert.deepEqual(replay("changes").diagnostics(), []);
    assert.deepEqual(
      replay("failed")
        .diagnostics()
        .map(({ severity, object }) => [severity, object]),
      [["error", "c/default/Deployment.apps/d"]],
    );
  });

  it("tell which object failed and why", () => {
    const [failed, ...others] = replay("failed").failures();
    assert.deepEqual(others, []);
    assert.equal(failed?.change.name, "d");
    assert.equal(failed.change.action, "create");
    assert.match(failed.reason, /Deployment does not have minimum availability/);
  });

  it("report progress of changes as they begin, end and fail", () => {
    const seen: string[] = [];
    replay("failed", ({ state, change }) => void seen.push(`${state} ${change.action} ${change.name}`));
    assert.deepEqual(
      seen.filter((line) => line.endsWith(" d")),
      ["started create d", "failed create d"],
    );
    assert.ok(!seen.some((line) => line.includes("same")));
  });

  it("tell gates from hooks, and what became of them", () => {
    const { steps } = replay("delivery");
    const job = (name: string): string => `eu/shop/Job.batch/${name}`;
    assert.deepEqual(steps.hooks(), [
      { application: "other", phase: "pre-deploy", object: job("other"), state: "done" },
      { application: "db", phase: "pre-deploy", object: job("db"), state: "done" },
    ]);
    assert.deepEqual([...steps.gated()].sort(), ["application/db", "application/other"]);
    assert.deepEqual([...steps.finished()], ["application/other"]);
    assert.deepEqual([...steps.failed().keys()], ["application/db/ready"]);
  });

  it("say what is waited for while it is, and not afterwards", () => {
    const lines: string[] = [];
    const events = replay("delivery", undefined, (line) => void lines.push(line));
    assert.deepEqual(lines.slice(-2), [
      "other waits for Deployment shop/other: 1 of 2 replicas available.",
      "db waits for Deployment shop/db: 1 of 2 replicas available.",
    ]);
    assert.deepEqual(
      events.diagnostics().map(({ severity }) => severity),
      ["error"],
    );
  });

  it("hold the outputs of the stack", () => {
    assert.deepEqual(replay("changes").outputs(), { revision: "abc" });
  });
});
