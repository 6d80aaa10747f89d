import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { measureDrift } from "../../../../automation/drift/measure.ts";
import { application, environment } from "../../core/plan/fixture.ts";

const input = (changes: Parameters<typeof environment>[0]) => ({
  spec: { ...environment(changes), clusters: {} },
  state: { version: 3, deployment: { resources: [] } },
  context: { project: "/nowhere", env: {} },
  rules: () => [],
  secretKey: () => Promise.resolve(undefined),
});

describe("drift of a state without objects", () => {
  it("is no answer where the environment asks for something", async () => {
    const { report } = await measureDrift(input({ applications: { web: application() } }));
    assert.deepEqual(
      report.errors.map(({ finding }) => [finding.code, finding.message]),
      [["BASELINE_MISSING", 'The state of "dev" holds no objects: no update has brought up anything of it.']],
    );
  });

  it("is none where it asks for nothing", async () => {
    const { report } = await measureDrift(input({ applications: {}, tenants: {} }));
    assert.deepEqual(report.errors, []);
  });
});
