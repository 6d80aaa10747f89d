import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { formatFinding } from "../../../../../core/errors/finding.ts";
import type { Json, JsonObject, KubernetesObject } from "../../../../../core/manifest/manifest.ts";
import { application, configMap, environment, manifest, object, plan, tenant } from "../fixture.ts";

const job = (name: string, annotations: JsonObject, spec: Json = {}): KubernetesObject =>
  object("batch/v1", "Job", name, { metadata: { annotations }, spec });
const migrate = (annotations: JsonObject = {}) =>
  job("migrate", { "driftless.dev/hook": "pre-deploy", ...annotations });
const settings = manifest(configMap("a"));

describe("the hooks of a plan", () => {
  it("are owned and marked as what they are, whoever's annotation said so", () => {
    const { plan: result } = plan({
      web: [settings, manifest(job("a", { "helm.sh/hook": "post-install,pre-upgrade" }))],
    });
    const hooks = result.applications[0]?.hooks ?? [];
    assert.equal(hooks.length, 2);
    for (const { object: live } of hooks) {
      assert.deepEqual(live.metadata["annotations"], {
        "helm.sh/hook": "post-install,pre-upgrade",
        "driftless.dev/hook": "pre-deploy,post-deploy",
        "driftless.dev/environment": "dev",
        "driftless.dev/application": "web",
        "driftless.dev/origin": "web.yaml",
      });
      assert.deepEqual(live.metadata["labels"], { "app.kubernetes.io/managed-by": "driftless" });
    }
  });

  it("come by phase, wave, cluster and need", () => {
    const spec = environment({
      clusters: { us: { local: { name: "us" } }, eu: { local: { name: "eu" } } },
      tenants: { shop: tenant({ clusters: ["us", "eu"] }) },
      applications: { web: application({ clusters: ["us", "eu"] }) },
    });
    const hook = { "driftless.dev/hook": "pre-deploy" };
    const { plan: result } = plan(
      {
        web: [
          settings,
          manifest(job("last", { "driftless.dev/hook": "post-deploy", "driftless.dev/wave": "-9" })),
          manifest(job("late", { ...hook, "driftless.dev/wave": "1" })),
          manifest(job("early", hook)),
          manifest(object("v1", "ServiceAccount", "z", { metadata: { annotations: hook } })),
        ],
      },
      { spec },
    );
    assert.deepEqual(
      result.applications[0]?.hooks.map(({ phase, wave, resourceName }) => `${phase} ${wave} ${resourceName}`),
      [
        "pre-deploy 0 eu/shop/ServiceAccount/z",
        "pre-deploy 0 eu/shop/Job.batch/early",
        "pre-deploy 0 us/shop/ServiceAccount/z",
        "pre-deploy 0 us/shop/Job.batch/early",
        "pre-deploy 1 eu/shop/Job.batch/late",
        "pre-deploy 1 us/shop/Job.batch/late",
        "post-deploy -9 eu/shop/Job.batch/last",
        "post-deploy -9 us/shop/Job.batch/last",
      ],
    );
  });

  it("get the images of the environment", () => {
    const spec = { template: { spec: { containers: [{ name: "a", image: "example.com/db:1" }] } } };
    const { plan: result, findings } = plan(
      { web: [settings, manifest(job("a", { "driftless.dev/hook": "pre-deploy" }, spec))] },
      { images: { "example.com/db": { tag: "2" } } },
    );
    assert.deepEqual(findings, []);
    const [hook] = result.applications[0]?.hooks ?? [];
    assert.match(JSON.stringify(hook?.object["spec"]), /example\.com\/db:2/);
  });

  it("are held to the same rules as objects", () => {
    const hook = { "driftless.dev/hook": "pre-deploy" };
    const cases: readonly [KubernetesObject, string][] = [
      [object("batch/v1", "Job", "a", { metadata: { annotations: hook, namespace: "other" } }), "SCOPE_DENIED"],
      [object("v1", "Namespace", "a", { metadata: { annotations: hook } }), "SCOPE_DENIED"],
      [job("a", { ...hook, "driftless.dev/application": "x" }), "RESERVED_METADATA"],
      [
        object("batch/v1", "Job", "a", { metadata: { annotations: hook }, data: "x".repeat(1_600_000) }),
        "OBJECT_TOO_LARGE",
      ],
      [object("batch/v1/x", "Job", "a", { metadata: { annotations: hook } }), "SCHEMA_INVALID"],
    ];
    for (const [value, code] of cases) {
      const { findings } = plan({ web: [settings, manifest(value, { line: 4 })] });
      assert.ok(
        findings.some((finding) => finding.code === code && finding.place?.line === 4),
        `${code}: ${findings.map(formatFinding).join("\n")}`,
      );
    }
  });

  it("share a name neither with an object, nor with a hook of their phase, nor with another application's", () => {
    const codes = (...values: KubernetesObject[]) =>
      plan({ web: [settings, ...values.map((value) => manifest(value))] }).findings.map(({ code }) => code);
    assert.deepEqual(codes(migrate(), job("migrate", {})), ["DUPLICATE_OBJECT"]);
    assert.deepEqual(codes(migrate(), migrate()), ["DUPLICATE_OBJECT"]);
    assert.deepEqual(codes(migrate(), job("migrate", { "driftless.dev/hook": "post-deploy,pre-deploy" })), [
      "DUPLICATE_OBJECT",
    ]);
    assert.deepEqual(codes(migrate(), job("migrate", { "driftless.dev/hook": "post-deploy" })), []);
    const spec = environment({ applications: { web: application(), other: application() } });
    const rendered = { web: [settings, manifest(migrate())], other: [manifest(configMap("b")), manifest(migrate())] };
    assert.deepEqual(
      plan(rendered, { spec }).findings.map(({ code }) => code),
      ["OWNED_BY_OTHER_APP"],
    );
  });

  it("warn where they run before what they cannot do without", () => {
    const account = (annotations: JsonObject) =>
      manifest(object("v1", "ServiceAccount", "db", { metadata: { annotations } }), { path: "sa.yaml", line: 3 });
    const spec = { template: { spec: { serviceAccountName: "db" } } };
    const hook = manifest(job("a", { "driftless.dev/hook": "pre-deploy" }, spec));
    const [finding, ...more] = plan({ web: [account({}), hook] }).findings;
    assert.deepEqual(more, []);
    assert.deepEqual([finding?.code, finding?.severity], ["ORDER_INVALID", "warning"]);
    assert.match(finding?.message ?? "", /runs before ServiceAccount shop\/db \(sa\.yaml:3\) is created/);
    const hooked = account({ "driftless.dev/hook": "pre-deploy", "driftless.dev/wave": "-1" });
    assert.deepEqual(plan({ web: [settings, hooked, hook] }).findings, []);
    const after = manifest(job("a", { "driftless.dev/hook": "post-deploy" }, spec));
    assert.deepEqual(plan({ web: [account({}), after] }).findings, []);
  });

  it("are objects of their wave, replaced when they change, where Argo CD runs them amid the others", () => {
    const { plan: result, findings } = plan({
      web: [settings, manifest(job("a", { "argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/sync-wave": "2" }))],
    });
    assert.deepEqual(findings, []);
    assert.deepEqual(result.applications[0]?.hooks, []);
    const planned = result.applications[0]?.objects[1];
    assert.deepEqual([planned?.wave, planned?.settings.replace], [2, true]);
    assert.ok(!("driftless.dev/hook" in (planned?.object.metadata["annotations"] as object)));
  });

  it("are named in one warning where no run runs them", () => {
    const tests = Array.from({ length: 12 }, (_, at) =>
      manifest(job(`t${at}`, { "helm.sh/hook": "test" }), { line: at }),
    );
    const [finding, ...more] = plan({ web: [settings, ...tests] }).findings;
    assert.deepEqual(more, []);
    assert.match(finding?.message ?? "", /ignores: Job t0 \(test\), Job t1 \(test\), .*, and 2 more\.$/);
  });

  it("change the digests with anything about them", () => {
    const digest = (...values: KubernetesObject[]) =>
      plan({ web: [settings, ...values.map((value) => manifest(value))] }).plan;
    const plans = [
      digest(),
      digest(migrate()),
      digest(job("other", { "driftless.dev/hook": "pre-deploy" })),
      digest(job("migrate", { "driftless.dev/hook": "post-deploy" })),
      digest(migrate({ "driftless.dev/wave": "1" })),
      digest(migrate({ "driftless.dev/hook-delete-policy": "on-success" })),
      digest(job("migrate", { "driftless.dev/hook": "pre-deploy" }, { parallelism: 2 })),
      digest(job("migrate", {})),
    ];
    assert.equal(new Set(plans.map((each) => each.digest)).size, plans.length);
    assert.equal(new Set(plans.map((each) => each.applications[0]?.digest)).size, plans.length);
  });

  it("have digests that follow waves and phases, and nothing else, of equal objects", () => {
    const arbitrary = fc.record({
      wave: fc.integer({ min: -2, max: 2 }),
      phase: fc.constantFrom("pre-deploy", "pre-delete"),
    });
    const digest = ({ wave, phase }: { wave: number; phase: string }) =>
      plan({ web: [settings, manifest(job("a", { "driftless.dev/hook": phase, "driftless.dev/wave": `${wave}` }))] })
        .plan.digest;
    fc.assert(
      fc.property(arbitrary, arbitrary, (left, right) => {
        const same = left.wave === right.wave && left.phase === right.phase;
        assert.equal(digest(left) === digest(right), same);
      }),
      { numRuns: 50 },
    );
  });
});
