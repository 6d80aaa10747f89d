import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { compareEnvironment, type PlannedSide } from "../../../../automation/review/compare.ts";
import { withForecast } from "../../../../automation/review/forecast.ts";
import { isPassed } from "../../../../automation/review/model.ts";
import type { CheckedViolation } from "../../../../automation/policy/policy.ts";
import type { LoadedEnvironment } from "../../../../core/environment/load.ts";
import type { RunFacts } from "../../../../core/policy/run.ts";
import { application, configMap, environment, manifest, plan } from "../../core/plan/fixture.ts";

const weekend = { cron: "0 18 * * FRI", duration: "62h", timezone: "Europe/Berlin", action: "deny" } as const;
const spec = environment({
  safety: { maxDeletions: "100%", freeze: [weekend] },
  applications: { web: application({ safety: { maxDeletions: 0, freeze: [] } }) },
});

function side(...names: readonly string[]): PlannedSide {
  const loaded: LoadedEnvironment = {
    ...{ spec, file: "environments/dev.yaml", waiting: [] },
    withSource: () => loaded,
    locate: (path) => ({ file: "environments/dev.yaml", field: path.join(".") }),
    explain: () => [],
  };
  const rendered = { web: names.map((name) => manifest(configMap(name))) };
  return { environment: loaded, plan: plan(rendered, { spec }).plan, failed: new Set(), findings: [] };
}

const violation = (rule: string, level: CheckedViolation["level"]): CheckedViolation => ({
  ...{ pack: "driftless", rule, level, severity: "high", message: rule, what: `${rule} says no` },
  ...{ resource: "", urn: "", object: "", owner: "" },
});

/** What a review forecasts on a Saturday, and what it asks the packs about. */
async function forecast(base: PlannedSide | undefined, head: PlannedSide, ...violations: readonly CheckedViolation[]) {
  const asked: RunFacts[] = [];
  const policy = Promise.resolve({
    checkRun: (run: RunFacts) => {
      asked.push(run);
      return Promise.resolve({ violations, remediations: [], resources: 0 });
    },
  });
  const io = { now: () => new Date("2026-11-21T12:00:00Z"), signal: new AbortController().signal };
  const compared = compareEnvironment("dev", "environments/dev.yaml", base, head);
  return { review: await withForecast({ io }, compared, { base, head, policy }), asked };
}

describe("the forecast of a review", () => {
  it("asks the rules about a run as if the clusters held what the base says", async () => {
    const { asked } = await forecast(side("a", "b", "c"), side("a"));
    const [run, ...more] = asked;
    assert.deepEqual(more, []);
    assert.deepEqual([run?.operation, run?.owners], ["up", ["application/web"]]);
    assert.deepEqual(
      run?.deletions.map(({ name }) => name),
      ["b", "c"],
    );
    const { tenants, applications } = side("a", "b", "c").plan;
    assert.equal(run.objects, [...tenants, ...applications].flatMap(({ objects }) => objects).length);
  });

  it("is no failure, and says that it is one: of limits and of rules, mandatory or not", async () => {
    const said = [violation("deletions-limited", "mandatory"), violation("own-rule", "advisory")];
    const { review } = await forecast(side("a", "b"), side("a"), ...said);
    assert.deepEqual(
      review.risks.map(({ severity, message }) => [severity, message.replace(/^.*allows 0: [^(]*/, "over the limit ")]),
      [
        ["warning", "over the limit (a forecast from Git alone: an update would be refused)."],
        [
          "warning",
          "deletions-limited: deletions-limited says no (a forecast from Git alone: an update would be refused).",
        ],
        ["warning", "own-rule: own-rule says no (a forecast from Git alone)."],
      ],
    );
    assert.ok(isPassed({ environments: [review] }));
  });

  it("tells what freeze windows say now as information alone, for what is touched", async () => {
    const { review } = await forecast(side("a"), side("b"), violation("freeze-windows", "mandatory"));
    assert.deepEqual(
      review.freeze.map(({ owner, closure, until }) => [owner, closure?.reason, until?.toISOString()]),
      [["environment", "deny", "2026-11-23T07:00:00.000Z"]],
    );
    assert.doesNotMatch(JSON.stringify(review.risks), /freeze-windows/);
  });

  it("asks nothing where nothing changes", async () => {
    const { review, asked } = await forecast(side("a"), side("a"));
    assert.deepEqual([asked, review.risks, review.freeze], [[], [], []]);
  });
});
