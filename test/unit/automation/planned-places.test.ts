import { noCounts } from "../../../core/plan/change.ts";
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { RunFailed } from "../../../automation/engine/run-failed.ts";
import type { PreviewResult, UpdateResult } from "../../../automation/engine/types.ts";
import { withPlannedPlaces } from "../../../automation/planned-places.ts";
import { DriftlessError } from "../../../core/errors/error.ts";
import { errorFinding, formatPlace } from "../../../core/errors/finding.ts";
import { configMap, manifest, plan } from "../core/plan/fixture.ts";

const planned = plan({ web: [manifest(configMap("settings"), { path: "web/all.yaml", line: 12 })] }).plan;
const object = { cluster: "eu", kind: "ConfigMap", namespace: "shop" } as const;
const change = { ...object, action: "update", owner: "application/web", fields: [] } as const;
const violation = { rule: "r", pack: "p", level: "advisory", message: "m", owner: "application/web" } as const;
const result: PreviewResult = {
  changes: [
    { ...change, name: "settings", origin: { path: "web/all.yaml" } },
    { ...change, action: "delete", name: "gone" },
  ],
  counts: { ...noCounts(), update: 1, delete: 1 },
  removals: [],
  hooks: [],
  waits: [],
  violations: [
    { ...violation, object: "eu/shop/ConfigMap/settings", origin: { path: "web/all.yaml" } },
    { ...violation, object: "" },
  ],
  diagnostics: [],
  packs: {},
};

describe("Places that the plan knows", () => {
  it("are those of the changes and violations of a run", async () => {
    const { changes, violations } = await withPlannedPlaces(planned, () => Promise.resolve(result));
    const lines = (items: readonly { readonly origin?: { readonly line?: number } }[]): (number | undefined)[] =>
      items.map(({ origin }) => origin?.line);
    assert.deepEqual(
      [lines(changes), lines(violations)],
      [
        [12, undefined],
        [12, undefined],
      ],
    );
  });

  it("are those of the objects that errors name; what names none stays as it is", async () => {
    const cause = new Error("the engine's own");
    const error = new DriftlessError(
      [
        errorFinding("POLICY_VIOLATION", "eu/shop/ConfigMap/settings: r: m", "f", { file: "web/all.yaml" }),
        errorFinding("UPDATE_FAILED", "ConfigMap shop/settings on eu could not be updated: no", "f"),
        errorFinding("FIELD_CONFLICT", 'ConfigMap shop/settings on eu: data is managed by "x" too.', "f"),
        errorFinding("UPDATE_FAILED", "ConfigMap shop/gone on eu could not be deleted: no", "f"),
        errorFinding("PLAN_STALE", "The plan of dev: it moved.", "f", { file: "environments/dev.yaml", line: 1 }),
      ],
      { cause },
    );
    await assert.rejects(
      withPlannedPlaces(planned, () => Promise.reject(error)),
      (thrown) => {
        assert.ok(thrown instanceof DriftlessError);
        assert.equal(thrown.cause, cause);
        assert.deepEqual(
          thrown.findings.map(({ place }) => place && formatPlace(place)),
          ["web/all.yaml:12", "web/all.yaml:12", "web/all.yaml:12", undefined, "environments/dev.yaml:1"],
        );
        return true;
      },
    );
  });

  it("are those of what a run failed on, with the owner that only the plan knows", async () => {
    const message = "application web: wave 0: ConfigMap shop/settings on eu was not healthy within 5m: no.";
    const failures = [
      { owner: "application/web", finding: errorFinding("HEALTH_TIMEOUT", message, "f", { file: "web/all.yaml" }) },
      {
        owner: "environment",
        finding: errorFinding("UPDATE_FAILED", "ConfigMap shop/settings on eu could not be applied: no", "f"),
      },
    ] as const;
    const whole: UpdateResult = { ...result, outputs: {}, seconds: 0, finished: new Set() };
    await assert.rejects(
      withPlannedPlaces(planned, () => Promise.reject(new RunFailed(failures, whole))),
      (thrown) => {
        assert.ok(thrown instanceof RunFailed);
        const told = thrown.failures.map(({ owner, finding }) => [owner, finding.place && formatPlace(finding.place)]);
        assert.deepEqual(told, [
          ["application/web", "web/all.yaml:12"],
          ["application/web", "web/all.yaml:12"],
        ]);
        assert.equal(thrown.result.changes[0]?.origin?.line, 12);
        return true;
      },
    );
  });

  it("are no business of errors that are not ours", async () => {
    const error = new TypeError("x");
    await assert.rejects(
      withPlannedPlaces(planned, () => Promise.reject(error)),
      (thrown) => thrown === error,
    );
  });
});
