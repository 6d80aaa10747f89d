import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inheritanceOf, resolve } from "../../../../core/environment/resolve.ts";
import { environmentSchema } from "../../../../core/environment/schema/index.ts";
import type { ApplicationSpec } from "../../../../core/environment/spec.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { foreignSettings, ownSettings } from "../../../../core/plan/settings-annotations.ts";
import {
  annotatedSettings,
  checkSettings,
  confirmedKinds,
  objectSettings,
  stampPrune,
} from "../../../../core/plan/settings.ts";
import { application, drift, environment, manifest, object, plan } from "./fixture.ts";

function annotated(annotations: Record<string, string>, apiVersion = "v1", kind = "ConfigMap"): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "web", namespace: "shop", annotations } };
}

const plain = annotated({});

describe("the settings of an object", () => {
  it("are careful by default, and more so for what takes data or other objects with it", () => {
    const expected = { prune: "enabled", replace: false, force: false, ignore: [], propagation: "foreground" };
    assert.deepEqual(objectSettings(plain, application()), expected);
    assert.deepEqual(objectSettings(plain), expected);
    const kinds = [
      ["v1", "PersistentVolumeClaim"],
      ["v1", "Namespace"],
      ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
    ] as const;
    for (const [apiVersion, kind] of kinds) {
      assert.equal(objectSettings(annotated({}, apiVersion, kind), application()).prune, "confirm", kind);
      assert.equal(objectSettings(annotated({}, apiVersion, kind)).prune, "confirm", kind);
    }
  });

  it("follow every annotation that the tables name", () => {
    for (const [name, values] of [...Object.entries(ownSettings), ...Object.entries(foreignSettings)]) {
      for (const [value, meaning] of Object.entries(values)) {
        assert.deepEqual(annotatedSettings(annotated({ [name]: value })), meaning, `${name}: ${value}`);
      }
    }
  });

  it("read Argo CD's options as a list, in any case of letters, and leave unknown ones alone", () => {
    const options = { "argocd.argoproj.io/sync-options": "ServerSideApply=true, Prune=False,Replace=true" };
    assert.deepEqual(annotatedSettings(annotated(options)), { prune: "disabled", replace: true });
    assert.deepEqual(annotatedSettings(annotated({ "argocd.argoproj.io/sync-options": "toString" })), {});
  });

  it("take the most careful of what other tools' annotations ask for, and our own before all of them", () => {
    const foreign = { "argocd.argoproj.io/sync-options": "Prune=confirm", "helm.sh/resource-policy": "keep" };
    assert.equal(annotatedSettings(annotated(foreign)).prune, "disabled");
    assert.equal(annotatedSettings(annotated({ ...foreign, "driftless.dev/prune": "enabled" })).prune, "enabled");
  });

  it("come from the application where no annotation says otherwise", () => {
    const rules = application({
      prune: { enabled: true, confirm: ["ConfigMap"], propagation: "orphan" },
      apply: { forceConflicts: true, replace: ["ConfigMap"] },
    });
    const expected = { prune: "confirm", replace: true, force: true, ignore: [], propagation: "orphan" };
    assert.deepEqual(objectSettings(plain, rules), expected);
    const against = { "driftless.dev/replace": "false", "driftless.dev/force-conflicts": "false" };
    assert.deepEqual(objectSettings(annotated(against), rules), { ...expected, replace: false, force: false });
    const kept = application({ prune: { enabled: false, confirm: ["ConfigMap"], propagation: "orphan" } });
    assert.equal(objectSettings(plain, kept).prune, "disabled");
  });

  it("ignore the fields that rules for its kind, name and namespace name, each once and in order", () => {
    const ignore: ApplicationSpec["drift"]["ignore"] = [
      { kind: "ConfigMap", paths: ["/data/b", "/data/a"] },
      { kind: "ConfigMap", name: "web", namespace: "shop", paths: ["/data/a"] },
      { kind: "ConfigMap", name: "other", paths: ["/data/c"] },
      { kind: "ConfigMap", namespace: "other", paths: ["/data/d"] },
      { kind: "Deployment.apps", paths: ["/spec/replicas"] },
    ];
    const full = { ...plain, data: { a: "1", b: "2", c: "3", d: "4" } };
    assert.deepEqual(objectSettings(full, application({ drift: drift(ignore) })).ignore, ["/data/a", "/data/b"]);
    // What Git does not set needs nothing to be left alone.
    assert.deepEqual(objectSettings(plain, application({ drift: drift(ignore) })).ignore, []);
  });

  it("ignore what patterns and paths of jq mean, but not what a manager may come to write", () => {
    const ignore: ApplicationSpec["drift"]["ignore"] = [
      { kind: "Config*", paths: ["/data/*"] },
      { name: "w*", jq: ['.metadata.annotations["a/b"]', '. | select(.kind == "Secret") | .more'] },
      { managers: ["kubectl"] },
      { paths: ["/more"], managers: ["kubectl"] },
    ];
    const full = { ...annotated({ "a/b": "1" }), data: { a: "1", b: "2" }, more: { c: "3" } };
    const expected = ["/data/a", "/data/b", "/metadata/annotations/a~1b"];
    assert.deepEqual(objectSettings(full, application({ drift: drift(ignore) })).ignore, expected);
    assert.deepEqual(objectSettings(full, { drift: drift(ignore) }).ignore, expected);
  });

  it("have the rules of the environment in front of those of the application, and for tenants", () => {
    const rule = { kind: "ResourceQuota", paths: ["/spec/hard/pods"] };
    const own = { kind: "ConfigMap", paths: ["/data/a"] };
    const document = environmentSchema.parse({
      apiVersion: "driftless.dev/v1alpha1",
      kind: "Environment",
      metadata: { name: "dev" },
      source: { repo: "https://git.example.com/a.git", branch: "main", revision: "0".repeat(40), path: "." },
      clusters: { eu: { local: { name: "eu" } } },
      tenants: { shop: { namespaces: ["shop"], quota: { pods: "5" } } },
      applications: {
        web: { tenant: "shop", path: "web", drift: { ignore: [own] } },
        db: { tenant: "shop", path: "db" },
      },
      drift: { ignore: [rule] },
    });
    const spec = resolve(document);
    assert.deepEqual(
      ["web", "db"].map((name) => spec.applications[name]?.drift.ignore),
      [[rule, own], [rule]],
    );
    assert.deepEqual(inheritanceOf(spec, ["applications", "db", "drift", "ignore"])?.from, ["drift", "ignore"]);
    const { plan: planned } = plan(
      {},
      { spec: environment({ tenants: spec.tenants, drift: spec.drift, applications: {} }) },
    );
    const quota = planned.tenants[0]?.objects.find(({ object }) => object.kind === "ResourceQuota");
    assert.deepEqual(quota?.settings.ignore, ["/spec/hard/pods"]);
  });

  it("refuse to ignore a field that Git sets where the provider cannot leave it to others", () => {
    const paths = ["/spec/containers/0/image", "/spec/nodeSelector/example.com~1zone", "/spec/nodeName"];
    const rules = application({ drift: drift([{ kind: "Pod", paths }]) });
    const pod = object("v1", "Pod", "a", {
      spec: { nodeName: "n", nodeSelector: { "example.com/zone": "a" }, containers: [{ name: "a", image: "a:1" }] },
    });
    assert.deepEqual(
      checkSettings(pod, rules).map(({ code, message }) => `${code} ${message}`),
      [
        "CONFIG_INVALID its field /spec/containers/0/image cannot be ignored: it is inside a list, or a key in its path has a dot.",
        "CONFIG_INVALID its field /spec/nodeSelector/example.com~1zone cannot be ignored: it is inside a list, or a key in its path has a dot.",
      ],
    );
    assert.deepEqual(checkSettings(object("v1", "Pod", "a", { spec: {} }), rules), []);
  });

  it("refuse a value of our own annotations that means nothing, and name those that do", () => {
    const problems = checkSettings(annotated({ "driftless.dev/prune": "never", "driftless.dev/replace": "true" }));
    assert.deepEqual(problems, [
      {
        code: "SCHEMA_INVALID",
        message: 'its annotation driftless.dev/prune is "never".',
        field: 'metadata.annotations["driftless.dev/prune"]',
        fix: 'Write "enabled" or "disabled" or "confirm", in quotes, or remove it.',
      },
    ]);
    const { findings } = plan({
      web: [
        manifest(
          object("v1", "ConfigMap", "web", { metadata: annotated({ "driftless.dev/replace": "yes" }).metadata }),
          { path: "a.yaml", line: 7 },
        ),
      ],
    });
    assert.deepEqual(
      findings.map(({ code, place }) => [code, place?.file, place?.line]),
      [["SCHEMA_INVALID", "a.yaml", 7]],
    );
  });

  it("stay with an object whose application is gone: what the application decides is written on it", () => {
    const rules = application({ prune: { enabled: true, confirm: ["ConfigMap"], propagation: "foreground" } });
    assert.equal(objectSettings(stampPrune(plain, rules)).prune, "confirm");
    assert.equal(stampPrune(plain, application()), plain);
    const volume = annotated({}, "v1", "PersistentVolumeClaim");
    assert.equal(stampPrune(volume, application()), volume);
    assert.equal(objectSettings(stampPrune(volume, rules)).prune, "enabled");
    const own = annotated({ "helm.sh/resource-policy": "keep" });
    assert.equal(stampPrune(own, rules), own);
    assert.equal(confirmedKinds.length, 3);
  });

  it("are part of the digest", () => {
    const digest = (changes: Partial<ApplicationSpec>): string => {
      const spec = environment({ applications: { web: application(changes) } });
      return plan({ web: [manifest(object("v1", "ConfigMap", "web", { metadata: { labels: { a: "b" } } }))] }, { spec })
        .plan.digest;
    };
    const digests = [
      digest({}),
      digest({ apply: { forceConflicts: true, replace: [] } }),
      digest({ apply: { forceConflicts: false, replace: ["ConfigMap"] } }),
      digest({ drift: drift([{ kind: "ConfigMap", paths: ["/metadata/labels/a"] }]) }),
      digest({ prune: { enabled: true, confirm: [...confirmedKinds], propagation: "orphan" } }),
    ];
    assert.equal(new Set(digests).size, digests.length);
  });
});
