import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { driftAnalysis } from "../../../../automation/output/drift-analysis.ts";
import type { EnvironmentDrift } from "../../../../automation/output/drift-document.ts";
import { formatJunit } from "../../../../automation/output/junit.ts";
import { formatSarif } from "../../../../automation/output/sarif.ts";
import { noVerdicts, type Difference, type ObjectDrift, type Verdict } from "../../../../core/drift/report.ts";
import { errorFinding } from "../../../../core/errors/finding.ts";

const owner = "application/web";
const cluster = "eu";

function resource(name: string) {
  const metadata = { name, annotations: { "driftless.dev/origin": `web/${name}.yaml` } };
  return {
    ...{ owner, cluster, name, resourceName: `eu/shop/ConfigMap/${name}`, namespace: "shop" },
    ...{ apiVersion: "v1", kind: "ConfigMap", kindGroup: "ConfigMap" },
    inputs: { apiVersion: "v1", kind: "ConfigMap", metadata },
  };
}

function object(name: string, verdict: Verdict, differences: readonly Difference[] = []): ObjectDrift {
  const { resourceName, namespace } = resource(name);
  return { verdict, owner, cluster, kind: "ConfigMap", namespace, name, resourceName, differences, ignored: [] };
}

const manager = { manager: "kubectl-edit", operation: "Update", time: "2026-03-01T10:00:00Z" } as const;
const changed: Difference = {
  ...{ path: "data.key", steps: ["data", "key"], kind: "changed", old: "1", new: "2" },
  ...{ managers: [manager], ours: true },
};
const added: Difference = {
  path: "data.more",
  steps: ["data", "more"],
  kind: "added",
  new: "3",
  managers: [],
  ours: false,
};
const unreachable = errorFinding("CLUSTER_UNREACHABLE", "It does not answer.", "Look at it.");

const measured: EnvironmentDrift = {
  environment: "dev",
  measuredAt: "2026-03-01T12:00:00Z",
  baseline: undefined,
  resources: ["edited", "fought", "gone", "same", "hidden"].map(resource),
  unlisted: [],
  orphans: [],
  report: {
    environment: "dev",
    objects: [
      object("edited", "drifted", [changed, added]),
      object("fought", "fought-over", [{ ...changed, reverted: 2 }]),
      object("gone", "deleted"),
      object("stray", "orphan"),
      object("hidden", "unknown"),
    ],
    errors: [{ finding: unreachable, cluster, objects: ["eu/shop/ConfigMap/hidden"] }],
    counts: noVerdicts(),
  },
};

describe("Drift as an analysis", () => {
  it("has a result for each field and object, with a rule by kind, at the file that the object came from", () => {
    const { results, rules } = driftAnalysis(measured);
    assert.deepEqual(
      results.map(({ rule, object: about, field, place }) => [rule, about.split("/").at(-1), field, place?.file]),
      [
        ["drift-field-changed", "edited", "data.key", "web/edited.yaml"],
        ["drift-field-added", "edited", "data.more", "web/edited.yaml"],
        ["drift-field-fought-over", "fought", "data.key", "web/fought.yaml"],
        ["drift-object-deleted", "gone", undefined, "web/gone.yaml"],
        ["drift-object-unknown", "stray", undefined, undefined],
      ],
    );
    assert.equal(results[0]?.message, "data.key: 1 → 2, by kubectl-edit at 2026-03-01 10:00:00 UTC.");
    const known = new Set(rules.map(({ id }) => id));
    assert.ok(results.every(({ rule }) => known.has(rule)));
  });

  it("fails no object of which nothing is known, and passes none: such a case is an error", () => {
    const text = formatJunit([driftAnalysis(measured)]);
    assert.match(text, /<testsuite name="driftless drift dev" tests="6" failures="4" errors="1"/);
    assert.match(
      text,
      /name="eu\/shop\/ConfigMap\/hidden"[^>]*>\n\s*<error message="It does not answer\." type="CLUSTER_UNREACHABLE">/,
    );
    assert.match(text, /name="eu\/shop\/ConfigMap\/same"[^>]*\/>/);
    assert.match(text, /<failure message="2 differences" type="drift">/);
  });

  it("is one run and one suite for each environment; one that could not be measured says why", () => {
    const analyses = [measured, { environment: "prod", failed: [unreachable] }].map(driftAnalysis);
    const { runs } = JSON.parse(formatSarif(analyses)) as { readonly runs: readonly Run[] };
    assert.deepEqual(
      runs.map(({ automationDetails, results, invocations: [how] }) => [
        automationDetails.id,
        results.length,
        how?.executionSuccessful,
        how?.toolExecutionNotifications?.map(({ descriptor }) => descriptor.id),
      ]),
      [
        ["driftless/drift/dev/", 5, false, ["CLUSTER_UNREACHABLE"]],
        ["driftless/drift/prod/", 0, false, ["CLUSTER_UNREACHABLE"]],
      ],
    );
    const text = formatJunit(analyses);
    assert.match(text, /<testsuites name="driftless" tests="7" failures="4" errors="2">/);
    assert.match(text, /<testcase classname="prod" name="prod">/);
  });
});

interface Run {
  readonly automationDetails: { readonly id: string };
  readonly results: readonly unknown[];
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications?: readonly { readonly descriptor: { readonly id: string } }[];
  }[];
}
