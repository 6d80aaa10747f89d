import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { compare } from "../../../../core/drift/compare.ts";
import { holdBack } from "../../../../core/drift/hold-back.ts";
import { normalForm } from "../../../../core/drift/normal-form.ts";
import { revertedAfter } from "../../../../core/drift/reverted.ts";
import type { JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { object } from "../plan/fixture.ts";
import { manager } from "./scene.ts";

const web = (spec: JsonObject, metadata: JsonObject = {}): KubernetesObject =>
  object("apps/v1", "Deployment", "web", { metadata, spec });

interface Story {
  /** What Git asked for before the run, and asks for after it. Default: nothing. */
  readonly asked?: readonly [JsonObject, JsonObject];
  readonly baseline: JsonObject;
  readonly drifted: JsonObject;
  readonly after: JsonObject;
  /** Managed fields after the run. */
  readonly fields?: readonly JsonObject[];
}

function told({ asked = [{}, {}], baseline, drifted, after, fields = [] }: Story) {
  const live = web(after, { managedFields: fields });
  const found = compare(web(baseline), web(drifted));
  const before = { desired: web(asked[0]), live: web(drifted), found };
  const { normal, held } = holdBack(before, { desired: web(asked[1]), live, normal: normalForm(live) });
  return { spec: normal["spec"], held };
}

const container = (...env: readonly JsonObject[]): JsonObject => ({
  template: { spec: { containers: [{ name: "web", ...(env.length === 0 ? {} : { env: [...env] }) }] } },
});
const variable = (name: string, value = "1"): JsonObject => ({ name, value });
const [a, b, c] = [variable("A"), variable("B"), variable("C")];
const init = (...names: readonly string[]): JsonObject => ({
  template: { spec: { initContainers: names.map((name) => ({ name })) } },
});

describe("holding back what a run did not decide", () => {
  const cases: readonly (readonly [string, Story, JsonObject, number])[] = [
    [
      "nothing where nothing had drifted",
      { baseline: { replicas: 1 }, drifted: { replicas: 1 }, after: { replicas: 2 } },
      { replicas: 2 },
      0,
    ],
    [
      "a field that was added, and is still there after a run that changed another",
      {
        asked: [{ replicas: 1 }, { replicas: 2 }],
        baseline: { replicas: 1 },
        drifted: { paused: true, replicas: 1 },
        after: { paused: true, replicas: 2 },
      },
      { replicas: 2 },
      1,
    ],
    [
      "a field that was changed, and is so still",
      { baseline: { replicas: 1 }, drifted: { replicas: 5 }, after: { replicas: 5, minReadySeconds: 3 } },
      { replicas: 1, minReadySeconds: 3 },
      1,
    ],
    [
      "a field that was changed once more by somebody else",
      { baseline: { replicas: 1 }, drifted: { replicas: 5 }, after: { replicas: 6 } },
      { replicas: 1 },
      1,
    ],
    [
      "a field that was removed, and is gone still",
      { baseline: { paused: true }, drifted: {}, after: { replicas: 2 } },
      { replicas: 2, paused: true },
      1,
    ],
    [
      "a variable that was added to those of a container",
      { baseline: container(a), drifted: container(a, b), after: container(variable("A", "9"), b) },
      container(variable("A", "9")),
      1,
    ],
    [
      "the first variables of a container, where the run added one of ours",
      {
        asked: [container(), container(a)],
        baseline: container(),
        drifted: container(b, c),
        after: container(a, b, c),
      },
      container(a),
      1,
    ],
    [
      "a variable that was removed, where the run added another",
      {
        asked: [container(a), container(a, c)],
        baseline: container(a, b),
        drifted: container(a),
        after: container(a, c),
      },
      container(a, c, b),
      1,
    ],
    [
      "all variables that were removed, where the run put back ours",
      { asked: [container(a), container(a)], baseline: container(a, b), drifted: container(), after: container(a) },
      container(a, b),
      1,
    ],
    [
      "the order of init containers",
      { baseline: init("a", "b"), drifted: init("b", "a"), after: init("b", "a") },
      init("a", "b"),
      1,
    ],
  ];
  for (const [what, story, spec, held] of cases) {
    it(`holds back ${what}`, () => {
      assert.deepEqual(told(story), { spec, held });
    });
  }

  const decided: readonly (readonly [string, Story])[] = [
    ["what the run took back", { baseline: { replicas: 1 }, drifted: { replicas: 5 }, after: { replicas: 1 } }],
    [
      "what the run set",
      {
        asked: [{ replicas: 1 }, { replicas: 3 }],
        baseline: { replicas: 1 },
        drifted: { replicas: 5 },
        after: { replicas: 3 },
      },
    ],
    [
      "what Git came to ask for too",
      {
        asked: [{ replicas: 1 }, { replicas: 5 }],
        baseline: { replicas: 1 },
        drifted: { replicas: 5 },
        after: { replicas: 5 },
      },
    ],
    [
      "what Git came to add too",
      { asked: [container(), container(b)], baseline: container(), drifted: container(b), after: container(b) },
    ],
    [
      "what Git asks for no more",
      { asked: [{ paused: true }, {}], baseline: { paused: true }, drifted: {}, after: {} },
    ],
    [
      "what Git asks for no more, and was changed",
      { asked: [{ replicas: 1 }, {}], baseline: { replicas: 1 }, drifted: { replicas: 5 }, after: {} },
    ],
    ["what was added and is gone", { baseline: {}, drifted: { paused: true }, after: {} }],
    [
      "what we have applied, though it cannot be asked for, as with Secrets",
      {
        baseline: { replicas: 1 },
        drifted: { replicas: 5 },
        after: { replicas: 6 },
        fields: [manager("driftless", { "f:spec": { "f:replicas": {} } }, { operation: "Apply" })],
      },
    ],
    [
      "an order that Git asks for now",
      {
        asked: [init("a", "b"), init("b", "a")],
        baseline: init("a", "b"),
        drifted: init("b", "a"),
        after: init("b", "a"),
      },
    ],
  ];
  for (const [what, story] of decided) {
    it(`accepts ${what}`, () => {
      assert.deepEqual(told(story), { spec: story.after, held: 0 });
    });
  }

  it("does not take somebody else's change for ours", () => {
    const fields = [manager("kubectl-edit", { "f:spec": { "f:replicas": {} } })];
    const story = { baseline: { replicas: 1 }, drifted: { replicas: 5 }, after: { replicas: 6 }, fields };
    assert.deepEqual(told(story), { spec: { replicas: 1 }, held: 1 });
  });
});

describe("the history of what runs have taken back", () => {
  const live = web({ replicas: 9 }, { managedFields: [manager("hpa", { "f:spec": { "f:replicas": {} } })] });
  const before = { desired: web({}), live, found: compare(web({ replicas: 2 }), web({ replicas: 9 })) };
  const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
  const entry = (times: number, hour: number) => ({ path: "spec.replicas", manager: "hpa", times, last: at(hour) });

  it("counts each time that the same hand has to be corrected", () => {
    const once = revertedAfter([], before, web({ replicas: 2 }), at(0));
    assert.deepEqual(once, [entry(1, 0)]);
    assert.deepEqual(revertedAfter(once, before, web({ replicas: 2 }), at(1)), [entry(2, 1)]);
  });

  it("does not count what a run has left as it was, and keeps what it knows", () => {
    assert.deepEqual(revertedAfter([entry(1, 0)], before, web({ replicas: 9 }), at(1)), [entry(1, 0)]);
    assert.deepEqual(revertedAfter([entry(1, 0)], undefined, web({ replicas: 2 }), at(1)), [entry(1, 0)]);
  });

  it("forgets after a day, and tells hands apart", () => {
    assert.deepEqual(revertedAfter([entry(3, 0)], before, web({ replicas: 2 }), at(24)), [entry(1, 24)]);
    const other = { ...entry(1, 0), manager: "kubectl-edit" };
    assert.deepEqual(revertedAfter([other], before, web({ replicas: 2 }), at(1)), [other, entry(1, 1)]);
  });
});
