import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseExpression } from "../../../../core/health/cel.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";

const object: KubernetesObject = {
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name: "a", generation: 3, labels: { tier: "web" } },
  spec: { replicas: 3 },
  status: {
    observedGeneration: 3,
    replicas: 2,
    load: 0.5,
    conditions: [
      { type: "Ready", status: "True" },
      { type: "Synced", status: "False" },
    ],
    parents: [{ conditions: [{ type: "Accepted", status: "True" }] }],
  },
};

function evaluate(text: string): boolean | string {
  const parsed = parseExpression(text);
  if ("problem" in parsed) assert.fail(`${text}: ${parsed.problem}`);
  return parsed.evaluate(object);
}

function problemOf(text: string): string {
  const parsed = parseExpression(text);
  assert.ok("problem" in parsed, `${text} is fine`);
  return `${parsed.character}: ${parsed.problem}`;
}

describe("an expression over a live object", () => {
  const answers: readonly (readonly [string, boolean])[] = [
    ["status.conditions.filter(e, e.type == 'Ready').all(e, e.status == 'True')", true],
    ["status.conditions.exists(e, e.type == 'Synced' && e.status == 'True')", false],
    ["has(status.phase) && status.phase == 'Running'", false],
    ["status.replicas == spec.replicas", false],
    ["status.replicas + 1 == spec.replicas", true],
    ["status.load < 1.0 && status.observedGeneration >= metadata.generation", true],
    ["status.parents.all(p, p.conditions.exists(c, c.type == 'Accepted' && c.status == 'True'))", true],
    ["self.metadata.name.startsWith('a') && kind == 'Widget'", true],
    ["size(data) == 0", true],
  ];
  for (const [text, expected] of answers)
    it(`says ${expected} for ${text}`, () => assert.equal(evaluate(text), expected));

  it("says why it cannot tell", () => {
    assert.equal(evaluate("status.phase == 'Running'"), "No such key: phase");
    assert.equal(evaluate("status.constructor == 'x'"), "No such key: constructor");
    assert.equal(evaluate("status.replicas"), "it does not give true or false");
  });

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ["status.replicas ==", /^19: Unexpected token/],
    ["state.phase == 'x'", /^1: Unknown variable: state/],
    ["'a' + 1 == 2", /^1: no such overload: string \+ int/],
    ["1 + 1", /^1: it gives a int, not a bool/],
    ["status.conditions.all(c, 1)", /^26: .*must return bool/],
    ["status.name.matches('(a+)+$')", /matches\(\) is not offered/],
    ["[1].all(a, [1].all(b, [1].all(c, a == b && b == c)))", /a loop in a loop in a loop/],
    [`[${"1,".repeat(200)}1].exists(x, x == 1)`, /./],
    ["true ".padEnd(3_000), /too long/],
    [`${"(".repeat(300)}true${")".repeat(300)}`, /depth/i],
  ];
  for (const [text, expected] of mistakes) {
    it(`is refused if it is ${text.slice(0, 50)}`, () => assert.match(problemOf(text), expected));
  }

  it("may go through what another loop gives", () => {
    assert.equal(evaluate("status.conditions.filter(a, true).filter(b, true).filter(c, true).all(d, true)"), true);
  });
});
