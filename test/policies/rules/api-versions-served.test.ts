import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { apiVersionsServed } from "../../../policies/rules/api-versions-served.ts";
import { messagesOf, subject } from "../evaluate.ts";

const object = (apiVersion: string, kind: string): JsonObject => ({ apiVersion, kind, metadata: { name: "web" } });
const check = (apiVersion: string, kind: string, settings: JsonObject) =>
  messagesOf(apiVersionsServed, object(apiVersion, kind), settings);

describe("api-versions-served", () => {
  it("accepts what the cluster serves, custom kinds, and what is not an object at all", () => {
    for (const version of ["1.25", "1.33.4", "1.40"]) {
      assert.deepEqual(check("apps/v1", "Deployment", { version }), []);
      assert.deepEqual(check("v1", "Pod", { version }), []);
      assert.deepEqual(check("example.com/v1beta1", "Ingress", { version }), []);
    }
    assert.deepEqual(messagesOf(apiVersionsServed, { apiVersion: null, kind: 1 }), []);
  });

  it("refuses what has been removed, from that version on, and says what to use", () => {
    const message = (minor: number) =>
      `Kubernetes 1.${minor} does not serve extensions/v1beta1 Ingress, which was removed in 1.22; use networking.k8s.io/v1 Ingress`;
    assert.deepEqual(check("extensions/v1beta1", "Ingress", { version: "1.21" }), []);
    assert.deepEqual(check("extensions/v1beta1", "Ingress", { version: "1.22" }), [message(22)]);
    assert.deepEqual(check("extensions/v1beta1", "Ingress", { version: "1.31.2" }), [message(31)]);
  });

  it("names the newest version of the kind where Kubernetes names no replacement, and none if there is none", () => {
    assert.deepEqual(check("node.k8s.io/v1beta1", "RuntimeClass", { version: "1.30" }), [
      "Kubernetes 1.30 does not serve node.k8s.io/v1beta1 RuntimeClass, which was removed in 1.25; use node.k8s.io/v1 RuntimeClass",
    ]);
    assert.deepEqual(check("policy/v1beta1", "PodSecurityPolicy", { version: "1.25" }), [
      "Kubernetes 1.25 does not serve policy/v1beta1 PodSecurityPolicy, which was removed in 1.25",
    ]);
  });

  it("refuses what the cluster does not serve yet", () => {
    assert.deepEqual(check("autoscaling/v2", "HorizontalPodAutoscaler", { version: "1.22" }), [
      "Kubernetes 1.22 does not serve autoscaling/v2 HorizontalPodAutoscaler yet, which came with 1.23",
    ]);
  });

  it("reports what will be removed only within as many versions as the settings say", () => {
    const within = (warnWithin: number, version: string) =>
      check("autoscaling/v2beta2", "HorizontalPodAutoscaler", { warnWithin, version });
    assert.deepEqual(within(0, "1.25"), []);
    assert.deepEqual(within(1, "1.24"), []);
    for (const [warnWithin, version] of [
      [1, "1.25"],
      [2, "1.24"],
    ] as const) {
      assert.deepEqual(within(warnWithin, version), [
        `Kubernetes ${version} serves autoscaling/v2beta2 HorizontalPodAutoscaler still, and 1.26 removes it; use autoscaling/v2 HorizontalPodAutoscaler`,
      ]);
    }
  });

  it("goes by the version of the object's own cluster before that of the settings", () => {
    const environment = { clusters: { main: { version: "1.21.3" }, other: { version: "1.30" } } };
    assert.deepEqual(check("extensions/v1beta1", "Ingress", { version: "1.30", environment }), []);
    const elsewhere = { ...subject(object("extensions/v1beta1", "Ingress")), cluster: "other" };
    assert.equal(apiVersionsServed.checkSubject(elsewhere, { environment }).length, 1);
    const unknown = { ...elsewhere, cluster: "constructor" };
    assert.equal(apiVersionsServed.checkSubject(unknown, { environment, version: "1.21" }).length, 0);
  });

  it("takes the version that charts are rendered for where nothing names one", () => {
    assert.equal(check("extensions/v1beta1", "Ingress", {}).length, 1);
  });

  it("refuses a setting that is no version", () => {
    assert.throws(() => check("v1", "Pod", { version: "latest" }), /policy.config.api-versions-served: version/);
  });
});
