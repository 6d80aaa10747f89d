import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { reportApplications, type ApplicationReport } from "../../../../automation/delivery/applications.ts";
import type { RunFailure } from "../../../../automation/engine/run-failed.ts";
import { applicationLines, applicationTable } from "../../../../automation/output/applications.ts";
import { paint } from "../../../../automation/output/line.ts";
import { errorFinding, type Finding } from "../../../../core/errors/finding.ts";
import { application, configMap, environment, manifest, plan, tenant } from "../../core/plan/fixture.ts";

const rendered = {
  database: [manifest(configMap("database"), { path: "database/all.yaml" })],
  payments: [manifest(configMap("payments"), { path: "payments/all.yaml" })],
  web: [manifest(configMap("web"), { path: "web/all.yaml" })],
  legacy: [manifest(configMap("legacy"), { path: "legacy/all.yaml" })],
};
const planned = plan(rendered, {
  spec: environment({
    applications: {
      database: application(),
      payments: application({ dependsOn: ["database"] }),
      web: application({ dependsOn: ["payments"] }),
      legacy: application(),
    },
  }),
}).plan;

const timeout = errorFinding("UPDATE_FAILED", "ConfigMap shop/database on eu is not there.", "Mend it.");
const broken: RunFailure = { owner: "application/database", finding: timeout };

interface Left {
  readonly finished?: readonly string[];
  readonly touched?: readonly string[];
  readonly failures?: readonly RunFailure[];
}

function report({ finished = [], touched = [], failures = [] }: Left): readonly ApplicationReport[] {
  const names = (list: readonly string[]): readonly string[] => list.map((name) => `application/${name}`);
  const result = { changes: [], hooks: [], waits: touched, finished: new Set(names(finished)) };
  return reportApplications(planned, result, failures);
}

const states = (reports: readonly ApplicationReport[]): readonly (readonly unknown[])[] =>
  reports.map(({ name, state, waitsFor }) => [name, state, waitsFor.join()]);

describe("What an update did for each application", () => {
  it("is that they are up, and which were so before", () => {
    const all = ["database", "payments", "web", "legacy"];
    assert.deepEqual(states(report({ finished: all, touched: ["web"] })), [
      ["database", "unchanged", ""],
      ["legacy", "unchanged", ""],
      ["payments", "unchanged", ""],
      ["web", "up", ""],
    ]);
    assert.equal(paint(applicationLines(report({ finished: all })), { colours: false }), "");
  });

  it("is which failed, and which waited for them, however far down the line", () => {
    const reports = report({ finished: ["legacy"], touched: ["database", "legacy"], failures: [broken] });
    assert.deepEqual(states(reports), [
      ["database", "failed", ""],
      ["legacy", "up", ""],
      ["payments", "waiting", "database"],
      ["web", "waiting", "payments"],
    ]);
    assert.deepEqual(reports[0]?.failures, [timeout]);
    assert.equal(
      paint(applicationLines(reports), { colours: false }),
      [
        "database  failed   UPDATE_FAILED",
        "payments  waiting  for database, which failed",
        "web       waiting  for payments, which waits too",
        "and 1 up",
        "",
      ].join("\n"),
    );
  });

  it("names what is not healthy any more although nothing of it was touched", () => {
    const message = "application web: what it depends on: ConfigMap shop/payments on eu is degraded: it is bad.";
    const finding: Finding = { ...timeout, code: "DEPENDENCY_UNHEALTHY", message };
    const failures = [{ owner: "application/web", finding }];
    const reports = report({ finished: ["database", "legacy", "payments"], failures });
    assert.deepEqual(states(reports).at(-1), ["web", "waiting", "payments"]);
    assert.match(
      paint(applicationLines(reports), { colours: false }),
      /^web {2}waiting {2}for payments, which is not healthy$/m,
    );
  });

  it("names the add-on that failed, or that is not well any more, for those on its cluster alone", () => {
    const clusters = { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } };
    const spec = environment({
      clusters,
      tenants: { shop: tenant({ clusters: ["eu", "us"] }) },
      applications: { dns: application(), web: application(), edge: application({ clusters: ["us"] }) },
      addons: ["dns"],
    });
    const all = plan({ dns: rendered.database, web: rendered.web, edge: [manifest(configMap("edge"))] }, { spec }).plan;
    const finished = new Set(["application/edge"]);
    const result = { changes: [], hooks: [], waits: [], finished };
    const failed = reportApplications(all, result, [{ owner: "application/dns", finding: timeout }]);
    assert.deepEqual(states(failed), [
      ["dns", "failed", ""],
      ["edge", "unchanged", ""],
      ["web", "waiting", "dns"],
    ]);
    const finding = errorFinding("DEPENDENCY_UNHEALTHY", "ConfigMap shop/database on eu is not healthy.", "Mend it.");
    const left = { ...result, finished: new Set(["application/edge", "application/dns"]) };
    assert.deepEqual(states(reportApplications(all, left, [{ owner: "cluster/eu", finding }])), [
      ["dns", "unchanged", ""],
      ["edge", "unchanged", ""],
      ["web", "waiting", "dns"],
    ]);
  });

  it("names the tenant that failed where nothing else did", () => {
    const reports = report({ failures: [{ owner: "tenant/shop", finding: timeout }] });
    assert.deepEqual(states(reports)[0], ["database", "waiting", "tenant/shop"]);
  });

  it("is waiting for those that a newer pin took over", () => {
    const finding: Finding = { ...timeout, code: "SUPERSEDED", message: "The pin of dev moved." };
    const reports = report({ finished: ["legacy"], failures: [{ owner: "application/database", finding }] });
    assert.deepEqual(states(reports)[0], ["database", "waiting", ""]);
    assert.match(paint(applicationLines(reports), { colours: false }), /^database {2}waiting {2}SUPERSEDED$/m);
  });

  it("is a table of a comment, which nothing in it can break", () => {
    const reports = report({ finished: ["legacy"], touched: ["legacy"], failures: [broken] });
    assert.deepEqual(applicationTable(reports), [
      "| application | | |",
      "|---|---|---|",
      "| `database` | ❌ failed | UPDATE&#95;FAILED |",
      "| `payments` | ⏳ waiting | for database, which failed |",
      "| `web` | ⏳ waiting | for payments, which waits too |",
      "",
      "and 1 up",
    ]);
  });
});
