import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { brief, build, findingsOf, head, lines, only } from "./documents.ts";

const withCheck = (...fields: readonly string[]): string =>
  `${head}${lines("healthChecks:", "  - apiVersion: example.com/v1", "    kind: Database", ...fields.map((field) => `    ${field}`))}`;

describe("the health checks of an environment", () => {
  it("are expressions", () => {
    const { spec } = build(withCheck("healthy: status.phase == 'Running'", "degraded: status.phase == 'Failed'"));
    assert.deepEqual(spec.healthChecks, [
      {
        apiVersion: "example.com/v1",
        kind: "Database",
        healthy: "status.phase == 'Running'",
        degraded: "status.phase == 'Failed'",
      },
    ]);
  });

  it("are refused with the line and the character of a mistake", () => {
    const finding = only(findingsOf(withCheck("healthy: status.phase = 'Running'")));
    assert.deepEqual(brief([finding]), ["dev.yaml:11:14 (healthChecks[0].healthy) CONFIG_INVALID"]);
    assert.match(finding.message, /wrong at character 14: /);
    assert.match(finding.fix ?? "", /CEL/);
  });

  it("are all checked at once, and in the base too", () => {
    const own = withCheck("healthy: state == 1", "degraded: '1 +'", "reason: x");
    assert.deepEqual(
      findingsOf(own).map(({ place }) => place?.line),
      [11, 12, 13],
    );
  });

  it("are one for each kind", () => {
    const twice = `${withCheck("healthy: 'true'")}${lines("  - apiVersion: example.com/v2", "    kind: Database", "    healthy: 'true'")}`;
    assert.match(only(findingsOf(twice)).message, /two checks for "Database\.example\.com"/);
  });
});
