import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Json, JsonObject, KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { allow, environment, manifest, object, plan, tenant } from "./fixture.ts";

const wave = (at: number): JsonObject => ({ annotations: { "driftless.dev/wave": `${at}` } });
const pods = { template: { spec: { containers: [{ name: "a", envFrom: [{ configMapRef: { name: "settings" } }] }] } } };
const web = (metadata: JsonObject = {}, spec: Json = pods) =>
  object("apps/v1", "Deployment", "web", { metadata, spec });
const settings = (metadata: JsonObject = {}) => object("v1", "ConfigMap", "settings", { metadata });
const spec = environment({
  tenants: {
    shop: tenant({
      namespaces: ["shop"],
      allow: allow({
        clusterKinds: ["CustomResourceDefinition.apiextensions.k8s.io", "Namespace"],
        namespacedKinds: ["Widget.example.com"],
      }),
    }),
  },
});
const definition = (metadata: JsonObject = {}) =>
  object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
    metadata,
    spec: { group: "example.com", names: { kind: "Widget" }, scope: "Namespaced" },
  });
const widget = (metadata: JsonObject = {}) => object("example.com/v1", "Widget", "a", { metadata });

function waves(...values: KubernetesObject[]) {
  const { plan: result, findings } = plan(
    { web: values.map((value, at) => manifest(value, { line: at + 1 })) },
    { spec },
  );
  return {
    waves: result.applications[0]?.objects.map((planned) => `${planned.object.kind} ${planned.wave}`),
    findings: findings.map(({ code, severity, message, place }) => ({ code, severity, message, line: place?.line })),
  };
}

describe("waves of what others need", () => {
  it("stay as they are where each comes in time", () => {
    assert.deepEqual(waves(settings(), web(wave(1))), { waves: ["ConfigMap 0", "Deployment 1"], findings: [] });
    assert.deepEqual(waves(settings(), web()), { waves: ["ConfigMap 0", "Deployment 0"], findings: [] });
  });

  it("are early enough for all that needs them, if they name none", () => {
    assert.deepEqual(waves(settings(), web(wave(-1))), { waves: ["ConfigMap -1", "Deployment -1"], findings: [] });
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "data" } }];
    const database = web(wave(-1), { template: { spec: { volumes } } });
    assert.deepEqual(waves(object("v1", "PersistentVolumeClaim", "data"), database), {
      waves: ["PersistentVolumeClaim -1", "Deployment -1"],
      findings: [],
    });
    assert.deepEqual(waves(definition(), widget(wave(-7))), {
      waves: ["CustomResourceDefinition -7", "Widget -7"],
      findings: [],
    });
  });

  it("are an error where they are named and too late, at the object that would wait in vain", () => {
    for (const [provider, needer] of [
      [settings(wave(2)), web()],
      [definition(wave(2)), widget()],
    ] as const) {
      const { findings } = waves(provider, needer);
      assert.equal(findings.length, 1);
      assert.deepEqual([findings[0]?.code, findings[0]?.severity, findings[0]?.line], ["ORDER_INVALID", "error", 2]);
      assert.match(findings[0]?.message ?? "", /it goes in wave 0, but cannot do without .* of wave 2 \(web\.yaml:1\)/);
    }
  });

  it("may be late for what does not start with them", () => {
    const optional = { name: "a", envFrom: [{ configMapRef: { name: "settings", optional: true } }] };
    const cron = object("batch/v1", "CronJob", "web", { spec: { jobTemplate: { spec: pods } } });
    for (const needer of [
      web({}, { ...pods, replicas: 0 }),
      web({}, { template: { spec: { containers: [optional] } } }),
      cron,
    ]) {
      assert.deepEqual(waves(settings(wave(2)), needer).findings, []);
    }
  });

  it("come along through others that come along", () => {
    const volume = { spec: { template: { spec: { serviceAccountName: "web" } } } };
    const account = object("v1", "ServiceAccount", "web");
    const job = object("batch/v1", "Job", "a", { metadata: wave(-3), ...volume });
    const later = object("batch/v1", "Job", "b", { metadata: wave(-2), ...volume });
    assert.deepEqual(waves(later, job, account), { waves: ["ServiceAccount -3", "Job -3", "Job -2"], findings: [] });
  });

  it("are early enough among the hooks of a phase too", () => {
    const hook = (kind: string, apiVersion: string, annotations: JsonObject, more: Record<string, Json> = {}) =>
      object(apiVersion, kind, "db", {
        metadata: { annotations: { "helm.sh/hook": "pre-install", ...annotations } },
        ...more,
      });
    const job = hook(
      "Job",
      "batch/v1",
      { "helm.sh/hook-weight": "-5" },
      {
        spec: { template: { spec: { serviceAccountName: "db" } } },
      },
    );
    const hooks = (account: KubernetesObject) => {
      const { plan: result, findings } = plan({ web: [settings(), account, job].map((value) => manifest(value)) });
      const codes = findings.map(({ code, severity }) => `${code} ${severity}`);
      return [...codes, ...(result.applications[0]?.hooks.map((each) => `${each.object.kind} ${each.wave}`) ?? [])];
    };
    assert.deepEqual(hooks(hook("ServiceAccount", "v1", {})), ["ServiceAccount -5", "Job -5"]);
    const late = hook("ServiceAccount", "v1", { "helm.sh/hook-weight": "1" });
    assert.deepEqual(hooks(late), ["ORDER_INVALID error", "Job -5", "ServiceAccount 1"]);
    const after = hook("ServiceAccount", "v1", { "helm.sh/hook": "post-install", "helm.sh/hook-weight": "1" });
    assert.deepEqual(hooks(after), ["Job -5", "ServiceAccount 1"]);
  });
});
