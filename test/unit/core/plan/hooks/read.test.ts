import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hookDialects } from "../../../../../core/plan/hooks/mapping.ts";
import { readHook } from "../../../../../core/plan/hooks/read.ts";
import { object } from "../fixture.ts";

const job = (annotations: Readonly<Record<string, string>>) =>
  object("batch/v1", "Job", "a", { metadata: { annotations } });

/** Every value that the three systems know, and what becomes of it: spelled out, so that a change of the table is seen. */
const expected: readonly [annotation: string, value: string, kind: string, phase?: string][] = [
  ["driftless.dev/hook", "pre-deploy", "hook", "pre-deploy"],
  ["driftless.dev/hook", "post-deploy", "hook", "post-deploy"],
  ["driftless.dev/hook", "on-failure", "hook", "on-failure"],
  ["driftless.dev/hook", "pre-delete", "hook", "pre-delete"],
  ["argocd.argoproj.io/hook", "PreSync", "hook", "pre-deploy"],
  ["argocd.argoproj.io/hook", "Sync", "object"],
  ["argocd.argoproj.io/hook", "PostSync", "hook", "post-deploy"],
  ["argocd.argoproj.io/hook", "SyncFail", "hook", "on-failure"],
  ["argocd.argoproj.io/hook", "PreDelete", "hook", "pre-delete"],
  ["argocd.argoproj.io/hook", "PostDelete", "ignored"],
  ["argocd.argoproj.io/hook", "Skip", "ignored"],
  ["helm.sh/hook", "pre-install", "hook", "pre-deploy"],
  ["helm.sh/hook", "pre-upgrade", "hook", "pre-deploy"],
  ["helm.sh/hook", "post-install", "hook", "post-deploy"],
  ["helm.sh/hook", "post-upgrade", "hook", "post-deploy"],
  ["helm.sh/hook", "pre-delete", "hook", "pre-delete"],
  ["helm.sh/hook", "post-delete", "ignored"],
  ["helm.sh/hook", "pre-rollback", "ignored"],
  ["helm.sh/hook", "post-rollback", "ignored"],
  ["helm.sh/hook", "test", "ignored"],
  ["helm.sh/hook", "test-success", "ignored"],
  ["helm.sh/hook", "test-failure", "ignored"],
  ["helm.sh/hook", "crd-install", "object"],
];
const policies: readonly [annotation: string, hook: string, value: string, policy: string][] = [
  ["driftless.dev/hook", "pre-deploy", "before-creation", "before-creation"],
  ["driftless.dev/hook", "pre-deploy", "on-success", "on-success"],
  ["driftless.dev/hook", "pre-deploy", "on-failure", "on-failure"],
  ["argocd.argoproj.io/hook", "PreSync", "BeforeHookCreation", "before-creation"],
  ["argocd.argoproj.io/hook", "PreSync", "HookSucceeded", "on-success"],
  ["argocd.argoproj.io/hook", "PreSync", "HookFailed", "on-failure"],
  ["helm.sh/hook", "pre-install", "before-hook-creation", "before-creation"],
  ["helm.sh/hook", "pre-install", "hook-succeeded", "on-success"],
  ["helm.sh/hook", "pre-install", "hook-failed", "on-failure"],
];

describe("hook annotations", () => {
  for (const [annotation, value, kind, phase] of expected) {
    it(`make ${annotation}: ${value} ${phase ?? kind}`, () => {
      const reading = readHook(job({ [annotation]: value }));
      assert.equal(reading.kind, kind);
      assert.deepEqual(reading.phases, phase === undefined ? [] : [phase]);
      assert.deepEqual(reading.problems, []);
    });
  }

  for (const [annotation, hook, value, policy] of policies) {
    it(`make ${annotation}-delete-policy: ${value} ${policy}`, () => {
      const reading = readHook(job({ [annotation]: hook, [`${annotation}-delete-policy`]: value }));
      assert.deepEqual(reading.deletePolicies, [policy]);
      assert.deepEqual(reading.problems, []);
    });
  }

  it("are all in these tables", () => {
    const values = hookDialects.flatMap(({ annotation, hooks }) => Object.keys(hooks).map((key) => [annotation, key]));
    assert.deepEqual(
      values,
      expected.map(([annotation, value]) => [annotation, value]),
    );
    const known = hookDialects.flatMap((dialect) => Object.keys(dialect.policies));
    assert.deepEqual(
      known,
      policies.map(([, , value]) => value),
    );
  });

  it("are lists: each value counts once, in the order of a delivery", () => {
    const reading = readHook(
      job({
        "helm.sh/hook": "post-upgrade, pre-install,pre-upgrade , test",
        "helm.sh/hook-delete-policy": "hook-failed,before-hook-creation",
      }),
    );
    assert.deepEqual(reading.phases, ["pre-deploy", "post-deploy"]);
    assert.deepEqual(reading.deletePolicies, ["before-creation", "on-failure"]);
    assert.deepEqual(
      reading.values.filter(({ means }) => means === "ignored").map(({ value }) => value),
      ["test"],
    );
  });

  it("delete what an earlier run left, by default", () => {
    assert.deepEqual(readHook(job({ "helm.sh/hook": "pre-install" })).deletePolicies, ["before-creation"]);
  });

  it("count from one system only: ours, then Argo CD's, then Helm's", () => {
    const helm = { "helm.sh/hook": "post-install", "helm.sh/hook-delete-policy": "hook-failed" };
    const argo = { "argocd.argoproj.io/hook": "PreSync", "argocd.argoproj.io/hook-delete-policy": "HookSucceeded" };
    const both = readHook(job({ ...helm, ...argo }));
    assert.deepEqual([both.phases, both.deletePolicies], [["pre-deploy"], ["on-success"]]);
    const all = readHook(job({ ...helm, ...argo, "driftless.dev/hook": "pre-delete" }));
    assert.deepEqual([all.phases, all.deletePolicies], [["pre-delete"], ["before-creation"]]);
  });

  const wrong: readonly [Readonly<Record<string, string>>, RegExp, RegExp][] = [
    [{ "driftless.dev/hook": "predeploy" }, /does not know "predeploy"/, /Did you mean "pre-deploy"\?/],
    [{ "argocd.argoproj.io/hook": "preSync" }, /does not know "preSync"/, /Did you mean "PreSync"\?/],
    [{ "helm.sh/hook": "" }, /has an empty value/, /It may be pre-install/],
    [{ "helm.sh/hook": "pre-install," }, /has an empty value/, /It may be/],
    [{ "helm.sh/hook": "toString" }, /does not know "toString"/, /It may be/],
    [
      { "driftless.dev/hook": "pre-deploy", "driftless.dev/hook-delete-policy": "on-sucess" },
      /"driftless.dev\/hook-delete-policy" does not know "on-sucess"/,
      /Did you mean "on-success"\?/,
    ],
    [{ "argocd.argoproj.io/hook": "Sync,PostSync" }, /both a hook and, with "Sync", an object/, /two manifests/],
  ];
  for (const [annotations, message, fix] of wrong) {
    it(`are refused: ${JSON.stringify(annotations)}`, () => {
      const { problems } = readHook(job(annotations));
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.code, "SCHEMA_INVALID");
      assert.match(problems[0].message, message);
      assert.match(problems[0].fix, fix);
    });
  }
});
