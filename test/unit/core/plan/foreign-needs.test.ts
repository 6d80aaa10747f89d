import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";
import { application, configMap, environment, manifest, object, plan, tenant } from "./fixture.ts";

const pods = { template: { spec: { containers: [{ name: "a", envFrom: [{ configMapRef: { name: "settings" } }] }] } } };
const web = (name = "web") => object("apps/v1", "Deployment", name, { spec: pods });

function findings(
  rendered: Readonly<Record<string, readonly KubernetesObject[]>>,
  dependsOn: Readonly<Record<string, readonly string[]>> = {},
  clusters: Readonly<Record<string, readonly string[]>> = {},
) {
  const spec = environment({
    clusters: { eu: { local: { name: "eu" } }, us: { local: { name: "us" } } },
    tenants: { shop: tenant({ clusters: ["eu", "us"] }) },
    applications: Object.fromEntries(
      Object.keys(rendered).map((name) => [
        name,
        application({ dependsOn: [...(dependsOn[name] ?? [])], clusters: [...(clusters[name] ?? ["eu"])] }),
      ]),
    ),
  });
  const manifests = Object.entries(rendered).map(([name, values]) => [name, values.map((value) => manifest(value))]);
  return plan(Object.fromEntries(manifests) as Parameters<typeof plan>[0], { spec }).findings;
}

describe("what an application needs of another", () => {
  const rendered = { config: [configMap("settings")], web: [web(), web("more")] };

  it("is a warning, once for the two, if it does not wait for it", () => {
    const [finding, ...more] = findings(rendered);
    assert.deepEqual(more, []);
    assert.deepEqual([finding?.code, finding?.severity], ["ORDER_INVALID", "warning"]);
    assert.match(
      finding?.message ?? "",
      /cannot do without ConfigMap shop\/settings of application "config", which "web"/,
    );
    assert.match(finding?.fix ?? "", /Add "config" to/);
  });

  it("is in order if it waits for it, be it through others, or if they share no cluster", () => {
    assert.deepEqual(findings(rendered, { web: ["config"] }), []);
    assert.deepEqual(findings({ ...rendered, a: [configMap("a")] }, { web: ["a"], a: ["config"] }), []);
    assert.deepEqual(findings(rendered, {}, { config: ["us"] }), []);
  });

  it("is found for definitions of kinds", () => {
    const definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com", {
      spec: { group: "example.com", names: { kind: "Widget" }, scope: "Namespaced" },
    });
    const messages = findings({ kinds: [definition], web: [object("example.com/v1", "Widget", "a")] }).map(
      ({ code, severity }) => `${code} ${severity}`,
    );
    assert.ok(messages.includes("ORDER_INVALID warning"), messages.join());
  });

  it("is nothing where applications wait for each other, which is an error of its own", () => {
    const codes = findings(rendered, { web: ["config"], config: ["web"] }).map(({ code }) => code);
    assert.deepEqual(codes, ["DEPENDENCY_CYCLE"]);
  });
});
