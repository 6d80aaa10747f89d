import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { decideHealing, withFights, type HealMode } from "../../../../core/drift/heal.ts";
import { noVerdicts, type DriftError, type ObjectDrift } from "../../../../core/drift/report.ts";
import type { ErrorCode } from "../../../../core/errors/codes.ts";

const now = "2026-11-22T12:00:00.000Z";

function object(name: string, changes: Partial<ObjectDrift> = {}): ObjectDrift {
  const { owner = "application/web", cluster = "eu" } = changes;
  return {
    ...{ verdict: "drifted", owner, cluster, kind: "ConfigMap", namespace: "shop", name },
    resourceName: `${cluster}/shop/ConfigMap/${name}`,
    ...{ differences: [], ignored: [], ...changes },
  };
}

function error(
  code: ErrorCode,
  about: Omit<DriftError, "finding" | "objects">,
  objects: readonly string[] = [],
): DriftError {
  return { finding: { code, severity: "error", message: "x", fix: "y" }, ...about, objects };
}

function decide(
  objects: readonly ObjectDrift[],
  {
    errors = [],
    heal = "auto",
    asked = false,
    heals = {},
  }: {
    readonly errors?: readonly DriftError[];
    readonly heal?: HealMode;
    readonly asked?: boolean;
    readonly heals?: Readonly<Record<string, readonly string[]>>;
  } = {},
): readonly string[] {
  const decisions = decideHealing({
    report: { environment: "dev", objects, errors, counts: noVerdicts() },
    asked,
    settings: () => ({ heal, limit: { times: 2, seconds: 3600 } }),
    heals: new Map(Object.entries(heals)),
    now,
  });
  return decisions.map((each) => [each.object.name, each.left ?? "heal", each.finding?.code ?? ""].join(" ").trim());
}

describe("what is healed", () => {
  it("is what the document lets be healed, by itself or when a person asks", () => {
    const rows = (["auto", "report", "off"] as const).map((heal) => [
      ...decide([object("a")], { heal }),
      ...decide([object("a")], { heal, asked: true }),
    ]);
    assert.deepEqual(rows, [
      ["a heal", "a heal"],
      ["a report", "a heal"],
      ["a off", "a off"],
    ]);
  });

  it("is nothing that has not drifted, or is not known, or still goes", () => {
    const objects = [
      object("a", { verdict: "unchanged" }),
      object("b", { verdict: "unknown" }),
      object("c", { verdict: "deleted", terminating: true }),
      object("d", { verdict: "deleted" }),
    ];
    assert.deepEqual(decide(objects), ["c going", "d heal"]);
  });

  it("is nothing of a cluster or an application with an error, and the rest", () => {
    const objects = [
      object("a"),
      object("b", { cluster: "us" }),
      object("c", { owner: "application/db" }),
      object("d", { owner: "application/db", verdict: "unknown" }),
    ];
    const of = (...errors: readonly DriftError[]): readonly string[] => decide(objects, { errors });
    assert.deepEqual(of(error("CLUSTER_UNREACHABLE", { cluster: "us" }, ["us/shop/ConfigMap/b"])), [
      "a heal",
      "b error CLUSTER_UNREACHABLE",
      "c heal",
    ]);
    const kind = error("READ_DENIED", { cluster: "eu" }, ["eu/shop/ConfigMap/d"]);
    assert.deepEqual(of(kind), ["a heal", "b heal", "c error READ_DENIED"]);
    const owner = error("BASELINE_STALE", { cluster: "eu", owner: "application/web" });
    assert.deepEqual(of(owner), ["a error BASELINE_STALE", "b error BASELINE_STALE", "c heal"]);
    assert.deepEqual(of(error("LOCKED", {})), ["a error LOCKED", "b error LOCKED", "c error LOCKED"]);
  });

  it("is nothing that was healed as often as is allowed, in the time that counts", () => {
    const name = "eu/shop/ConfigMap/a";
    const at = (...minutes: readonly number[]): readonly string[] =>
      minutes.map((each) => new Date(Date.parse(now) - each * 60_000).toISOString());
    assert.deepEqual(decide([object("a")], { heals: { [name]: at(59, 1) } }), ["a limit"]);
    assert.deepEqual(decide([object("a")], { heals: { [name]: at(59, 1) }, asked: true }), ["a limit"]);
    assert.deepEqual(decide([object("a")], { heals: { [name]: at(61, 1) } }), ["a heal"]);
    assert.deepEqual(decide([object("a")], { heals: { "eu/shop/ConfigMap/b": at(2, 1) } }), ["a heal"]);
  });

  it("and was healed too often is fought over in the report", () => {
    const counts = { ...noVerdicts(), drifted: 2 };
    const report = { environment: "dev", objects: [object("a"), object("b")], errors: [], counts };
    const fought = withFights(report, new Set(["eu/shop/ConfigMap/a"]));
    assert.deepEqual(
      fought.objects.map(({ verdict }) => verdict),
      ["fought-over", "drifted"],
    );
    assert.deepEqual([fought.counts.drifted, fought.counts["fought-over"]], [1, 1]);
  });
});
