import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { compareEnvironment, type EnvironmentSide, type SideFinding } from "../../../../automation/review/compare.ts";
import { isPassed, type EnvironmentReview } from "../../../../automation/review/model.ts";
import type { LoadedEnvironment } from "../../../../core/environment/load.ts";
import type { EnvironmentSpec } from "../../../../core/environment/spec.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { application, configMap, environment, manifest, object, plan } from "../../core/plan/fixture.ts";

interface SideOptions {
  readonly spec?: Partial<EnvironmentSpec>;
  readonly findings?: readonly SideFinding[];
  readonly failed?: readonly string[];
}

function side(objects: readonly KubernetesObject[], { spec, findings = [], failed = [] }: SideOptions = {}) {
  const own = environment(spec);
  const loaded: LoadedEnvironment = {
    ...{ spec: own, file: "environments/dev.yaml", waiting: [] },
    withSource: () => loaded,
    locate: (path) => ({ file: "environments/dev.yaml", field: path.join(".") }),
    explain: () => [],
  };
  const rendered = Object.keys(own.applications).length === 0 ? {} : { web: objects.map((each) => manifest(each)) };
  return { environment: loaded, plan: plan(rendered, { spec: own }).plan, failed: new Set(failed), findings };
}

const compare = (base: EnvironmentSide, head: EnvironmentSide): EnvironmentReview =>
  compareEnvironment("dev", "environments/dev.yaml", base, head);
const finding = (message: string, more: Partial<SideFinding> = {}): SideFinding => ({
  ...{ code: "POLICY_VIOLATION", severity: "warning", message, fix: "mend it" },
  ...more,
});
const passes = (...environments: readonly EnvironmentReview[]): boolean => isPassed({ environments });
const actions = ({ changes }: EnvironmentReview) => changes.changes.map(({ action, kind }) => `${action} ${kind}`);

describe("what a change makes of an environment", () => {
  it("is nothing where both sides are the same", () => {
    const { state, changes } = compare(side([configMap("a")]), side([configMap("a")]));
    assert.equal(state, "unchanged");
    assert.deepEqual(changes.changes, []);
  });

  it("is everything where it is new, and nothing but a note where its document is gone", () => {
    const created = compare(undefined, side([configMap("a")]));
    assert.equal(created.state, "new");
    assert.ok(actions(created).includes("create ConfigMap"));
    const gone = compare(undefined, undefined);
    assert.deepEqual([gone.state, gone.changes.changes], ["deleted", []]);
    assert.ok(passes(created, gone));
  });

  it("is unknown where a side cannot be planned, and fails", () => {
    const broken = { findings: [finding("no such field", { code: "CONFIG_INVALID", severity: "error" })] } as const;
    const found = compare(side([configMap("a")]), broken);
    assert.equal(found.state, "unknown");
    assert.deepEqual(found.notCompared, [{ side: "head", why: "no such field" }]);
    assert.deepEqual(found.changes.changes, []);
    assert.equal(passes(found), false);
    assert.equal(passes(compare(broken, side([configMap("a")]))), false, "nothing was compared");
  });

  it("leaves out applications that one side cannot render, and has no digest to approve", () => {
    const found = compare(side([configMap("a")]), side([], { failed: ["web"] }));
    assert.deepEqual(actions(found), []);
    assert.deepEqual(found.notCompared, [{ application: "web", side: "head", why: "it cannot be rendered" }]);
    assert.equal(found.head?.digest, undefined);
    assert.match(found.base?.digest ?? "", /^sha256:/);
  });

  it("tells findings that are new from those that were there and those that are mended, wherever they stand by now", () => {
    const at = (line: number) => ({ place: { file: "web.yaml", line } });
    const { findings } = compare(
      side([configMap("a")], {
        findings: [finding("old", at(1)), finding("mended"), finding("image 1", { subject: "image" })],
      }),
      side([configMap("a")], {
        findings: [finding("old", at(9)), finding("new"), finding("image 2", { subject: "image" })],
      }),
    );
    const messages = (list: readonly { readonly message: string }[]) => list.map(({ message }) => message);
    assert.deepEqual(messages(findings.added), ["new"]);
    assert.deepEqual(messages(findings.kept), ["old", "image 2"]);
    assert.deepEqual(messages(findings.fixed), ["mended"]);
  });

  it("fails on errors, whether they are new or not", () => {
    const wrong = [finding("bad", { severity: "error" })];
    assert.equal(passes(compare(side([configMap("a")]), side([configMap("a")], { findings: wrong }))), false);
    assert.equal(
      passes(compare(side([configMap("a")], { findings: wrong }), side([configMap("b")], { findings: wrong }))),
      false,
    );
    assert.equal(passes(compare(side([configMap("a")], { findings: wrong }), side([configMap("a")]))), true);
  });

  it("says what `up` will ask for before it deletes", () => {
    const claim = object("v1", "PersistentVolumeClaim", "data", { spec: { storageClassName: "fast" } });
    const found = compare(side([configMap("a"), claim]), side([configMap("a")]));
    assert.deepEqual(actions(found), ["delete PersistentVolumeClaim"]);
    assert.deepEqual(
      found.risks.map(({ code, severity }) => [code, severity]),
      [["DELETION_UNCONFIRMED", "warning"]],
    );
    assert.ok(passes(found), "to delete is no failure");
  });

  it("knows what cannot be changed in place: a replacement where that is allowed, else what `up` would refuse", () => {
    const deployment = (label: string, annotations = {}) =>
      object("apps/v1", "Deployment", "web", {
        metadata: { annotations },
        spec: { selector: { matchLabels: { app: label } } },
      });
    const refused = compare(side([deployment("a")]), side([deployment("b")]));
    assert.deepEqual(actions(refused), ["update Deployment.apps"]);
    assert.deepEqual(
      refused.risks.map(({ code }) => code),
      ["IMMUTABLE_FIELD"],
    );
    const allowed = { "driftless.dev/replace": "true" };
    const replaced = compare(side([deployment("a", allowed)]), side([deployment("b", allowed)]));
    assert.deepEqual(actions(replaced), ["replace Deployment.apps"]);
  });

  it("names the parts of the document that guard it", () => {
    const safety = { maxDeletions: "90%", freeze: [] };
    const found = compare(side([configMap("a")]), side([configMap("a")], { spec: { safety } }));
    assert.deepEqual(found.guards, ["safety"]);
    assert.deepEqual(
      found.settings.map(({ path, before, after }) => [path, before, after]),
      [["safety.maxDeletions", "10%", "90%"]],
    );
    assert.equal(found.state, "changed");
  });

  it("names clusters, tenants and applications of which an object changes", () => {
    const { clusters, tenants, applications } = compare(side([configMap("a")]), side([configMap("b")]));
    assert.deepEqual(
      { clusters, tenants, applications },
      { clusters: ["eu"], tenants: ["shop"], applications: ["web"] },
    );
    const moved = compare(side([configMap("a")]), side([], { spec: { applications: {} } }));
    assert.deepEqual(moved.applications, ["web"]);
    assert.equal(application().tenant, "shop");
  });
});
