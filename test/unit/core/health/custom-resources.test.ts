import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { healthOf } from "../../../../core/health/health.ts";
import type { HealthStatus } from "../../../../core/health/status.ts";
import type { KubernetesObject } from "../../../../core/manifest/manifest.ts";

/** A live object of generation 3, from the kind and flow mappings of the spec and the status. */
function live(apiVersion: string, kind: string, spec: string, status: string): KubernetesObject {
  const object: unknown = parse(`apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: a, namespace: b, generation: 3 }
spec: { ${spec} }
status: { ${status} }`);
  return object as KubernetesObject;
}

type Row = readonly [what: string, kind: string, spec: string, status: string, expected: HealthStatus, reason: RegExp];

const ready = (status: string, reason: string, message: string, more = ""): string =>
  `conditions: [{ type: Ready, status: "${status}", reason: ${reason}, message: "${message}"${more} }]`;

const tables: Readonly<Record<string, readonly Row[]>> = {
  "cert-manager.io/v1": [
    ["a new Certificate", "Certificate", "", "", "progressing", /not requested/],
    [
      "a Certificate that is being issued",
      "Certificate",
      "",
      `conditions: [{ type: Ready, status: "False", reason: DoesNotExist, message: none }, { type: Issuing, status: "True", message: Issuing certificate as Secret does not exist }]`,
      "progressing",
      /Secret does not exist\.$/,
    ],
    [
      "a Certificate whose request failed",
      "Certificate",
      "",
      `conditions: [{ type: Ready, status: "False", reason: DoesNotExist }, { type: Issuing, status: "False", reason: Failed, message: "The certificate request has failed to complete: 403 rate limited" }]`,
      "degraded",
      /rate limited/,
    ],
    ["an issued Certificate", "Certificate", "", ready("True", "Ready", "up to date"), "healthy", /up to date/],
    [
      "a Certificate that was issued for an older spec",
      "Certificate",
      "",
      ready("True", "Ready", "up to date", ", observedGeneration: 2"),
      "progressing",
      /not requested/,
    ],
    ["an expired Certificate", "Certificate", "", ready("False", "Expired", "expired"), "degraded", /expired/],
    [
      "an Issuer that signs",
      "Issuer",
      "",
      ready("True", "ACMEAccountRegistered", "registered"),
      "healthy",
      /registered/,
    ],
    [
      "a ClusterIssuer without an account",
      "ClusterIssuer",
      "",
      ready("False", "ErrRegisterACMEAccount", "no such host"),
      "degraded",
      /cannot sign: no such host/,
    ],
    ["a denied CertificateRequest", "CertificateRequest", "", ready("False", "Denied", "no"), "degraded", /^no\.$/],
  ],
  "external-secrets.io/v1": [
    ["a new ExternalSecret", "ExternalSecret", "", "", "progressing", /not fetched/],
    [
      "an ExternalSecret without its remote key",
      "ExternalSecret",
      "",
      ready("False", "SecretSyncedError", "key db not found"),
      "degraded",
      /key db not found/,
    ],
    ["an ExternalSecret that is there", "ExternalSecret", "", ready("True", "SecretSynced", "ok"), "healthy", /ok/],
    [
      "a SecretStore that lets nobody in",
      "SecretStore",
      "",
      ready("False", "InvalidProviderConfig", "access denied"),
      "degraded",
      /access denied/,
    ],
  ],
  "bitnami.com/v1alpha1": [
    ["a new SealedSecret", "SealedSecret", "", "", "progressing", /not unsealed/],
    [
      "a SealedSecret for another key",
      "SealedSecret",
      "",
      `observedGeneration: 3, conditions: [{ type: Synced, status: "False", message: "no key could decrypt secret" }]`,
      "degraded",
      /no key could decrypt/,
    ],
    [
      "an unsealed SealedSecret",
      "SealedSecret",
      "",
      `observedGeneration: 3, conditions: [{ type: Synced, status: "True" }]`,
      "healthy",
      /./,
    ],
    [
      "a SealedSecret whose change was not unsealed",
      "SealedSecret",
      "",
      `observedGeneration: 2, conditions: [{ type: Synced, status: "True" }]`,
      "progressing",
      /latest change/,
    ],
  ],
  "argoproj.io/v1alpha1": [
    ["a new Rollout", "Rollout", "", "", "progressing", /latest change/],
    ["a promoted Rollout", "Rollout", "", 'observedGeneration: "3", phase: Healthy', "healthy", /promoted/],
    [
      "a Rollout that waits for a person",
      "Rollout",
      "strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }] } }",
      'observedGeneration: "3", phase: Paused, message: CanaryPauseStep, currentStepIndex: 1',
      "suspended",
      /^Canary step 2 of 3, weight 20 %: CanaryPauseStep\. It goes on when it is promoted\.$/,
    ],
    [
      "a Rollout that pauses for a while",
      "Rollout",
      "strategy: { canary: { steps: [{ setWeight: 20 }, { pause: { duration: 10m } }] } }",
      'observedGeneration: "3", phase: Paused, message: CanaryPauseStep, currentStepIndex: 1, canary: { weights: { canary: { weight: 25 } } }',
      "progressing",
      /^Canary step 2 of 2, weight 25 %/,
    ],
    [
      "a blue-green Rollout before its promotion",
      "Rollout",
      "strategy: { blueGreen: { activeService: a } }",
      'observedGeneration: "3", phase: Paused, message: BlueGreenPause',
      "suspended",
      /BlueGreenPause/,
    ],
    [
      "an aborted Rollout",
      "Rollout",
      "",
      'observedGeneration: "3", phase: Degraded, abort: true, message: "RolloutAborted: metric error-rate assessed Failed"',
      "degraded",
      /^Aborted: .*error-rate/,
    ],
    [
      "a Rollout whose change was not seen",
      "Rollout",
      "",
      'observedGeneration: "2", phase: Healthy',
      "progressing",
      /latest/,
    ],
    [
      "an Application in sync",
      "Application",
      "",
      "health: { status: Healthy }, sync: { status: Synced }",
      "healthy",
      /Synced/,
    ],
    [
      "an Application out of sync",
      "Application",
      "",
      "health: { status: Healthy }, sync: { status: OutOfSync }",
      "progressing",
      /OutOfSync/,
    ],
    [
      "an Application that cannot be synced",
      "Application",
      "",
      "health: { status: Healthy }, sync: { status: OutOfSync }, operationState: { phase: Failed, message: one or more objects failed to apply }",
      "degraded",
      /failed to apply/,
    ],
    ["a degraded Application", "Application", "", "health: { status: Degraded }", "degraded", /Degraded/],
    ["a new Application", "Application", "", "", "progressing", /Not looked at/],
    ["a Workflow that failed", "Workflow", "", "phase: Failed, message: exit code 2", "degraded", /exit code 2/],
    ["a Workflow that succeeded", "Workflow", "", "phase: Succeeded", "healthy", /./],
  ],
  "flagger.app/v1beta1": [
    ["a new Canary", "Canary", "", "", "progressing", /not looked/],
    ["a Canary that is set up", "Canary", "", "phase: Initialized", "healthy", /set up/],
    [
      "a Canary under analysis",
      "Canary",
      "analysis: { interval: 1m, threshold: 5, maxWeight: 50, iterations: 10 }",
      "phase: Progressing, canaryWeight: 20, iterations: 3, failedChecks: 1",
      "progressing",
      /^Progressing, weight 20 % of 50, iteration 3 of 10, 1 of 5 failed checks\.$/,
    ],
    [
      "a Canary that failed",
      "Canary",
      "analysis: { interval: 30s }",
      `phase: Failed, conditions: [{ type: Promoted, status: "False", reason: Failed, message: "Canary analysis failed, Deployment scaled to zero." }]`,
      "degraded",
      /scaled to zero/,
    ],
    ["a Canary held for a person", "Canary", "", "phase: WaitingPromotion", "suspended", /waits to be promoted/],
    ["a promoted Canary", "Canary", "", "phase: Succeeded", "healthy", /promoted/],
  ],
  "kustomize.toolkit.fluxcd.io/v1": [
    ["a new Kustomization", "Kustomization", "", "observedGeneration: -1", "progressing", /latest change/],
    [
      "an applied Kustomization",
      "Kustomization",
      "",
      `observedGeneration: 3, ${ready("True", "ReconciliationSucceeded", "Applied revision: main@sha1:4f")}`,
      "healthy",
      /Applied revision/,
    ],
    [
      "a Kustomization that waits for another",
      "Kustomization",
      "",
      `observedGeneration: 3, ${ready("False", "DependencyNotReady", "dependency 'a' is not ready")}`,
      "progressing",
      /dependency 'a'/,
    ],
    [
      "a Kustomization that cannot be built",
      "Kustomization",
      "",
      `observedGeneration: 3, ${ready("False", "BuildFailed", "no such file")}`,
      "degraded",
      /no such file/,
    ],
    ["a suspended Kustomization", "Kustomization", "suspend: true", "observedGeneration: 2", "suspended", /suspended/],
    [
      "a Kustomization whose change was not seen",
      "Kustomization",
      "",
      `observedGeneration: 2, ${ready("True", "ReconciliationSucceeded", "ok")}`,
      "progressing",
      /latest change/,
    ],
  ],
  "helm.toolkit.fluxcd.io/v2": [
    [
      "a HelmRelease out of retries",
      "HelmRelease",
      "",
      `observedGeneration: 3, conditions: [{ type: Stalled, status: "True", message: "Failed to install after 1 attempt(s)" }, { type: Ready, status: "False", reason: InstallFailed }]`,
      "degraded",
      /^Stalled: Failed to install/,
    ],
    [
      "a HelmRelease that is being installed",
      "HelmRelease",
      "",
      `observedGeneration: 3, ${ready("Unknown", "Progressing", "Running 'install' action")}`,
      "progressing",
      /Running 'install'/,
    ],
  ],
  "source.toolkit.fluxcd.io/v1": [
    [
      "a fetched GitRepository",
      "GitRepository",
      "",
      `observedGeneration: 3, ${ready("True", "Succeeded", "stored artifact")}`,
      "healthy",
      /stored/,
    ],
  ],
  "cluster.x-k8s.io/v1beta1": [
    ["a new Cluster", "Cluster", "", "phase: Provisioning", "progressing", /^Provisioning/],
    [
      "a Cluster that works",
      "Cluster",
      "",
      `phase: Provisioned, observedGeneration: 3, ${ready("True", "", "")}`,
      "healthy",
      /Provisioned/,
    ],
    ["a paused Cluster", "Cluster", "paused: true", "", "suspended", /paused/],
    [
      "a Cluster that failed",
      "Cluster",
      "",
      "phase: Failed, failureMessage: no quota for instances",
      "degraded",
      /no quota/,
    ],
  ],
  "gateway.networking.k8s.io/v1": [
    [
      "a Gateway without a controller",
      "Gateway",
      "",
      `conditions: [{ type: Programmed, status: Unknown, reason: Pending, message: Waiting for controller }]`,
      "progressing",
      /Waiting/,
    ],
    [
      "a Gateway that serves",
      "Gateway",
      "",
      `conditions: [{ type: Programmed, status: "True", observedGeneration: 3 }]`,
      "healthy",
      /./,
    ],
    ["a new route", "HTTPRoute", "", "", "progressing", /No gateway/],
    [
      "a route to a Service that is not there",
      "HTTPRoute",
      "",
      `parents: [{ conditions: [{ type: Accepted, status: "True" }, { type: ResolvedRefs, status: "False", message: "backend web not found" }] }]`,
      "degraded",
      /ResolvedRefs: backend web/,
    ],
    [
      "a route that is served",
      "HTTPRoute",
      "",
      `parents: [{ conditions: [{ type: Accepted, status: "True" }, { type: ResolvedRefs, status: "True" }] }]`,
      "healthy",
      /./,
    ],
  ],
  "example.com/v1": [
    [
      "anything that reconciles",
      "Widget",
      "",
      `conditions: [{ type: Ready, status: "True" }, { type: Reconciling, status: "True", message: step 2 }]`,
      "progressing",
      /step 2/,
    ],
    [
      "anything that failed",
      "Widget",
      "",
      `conditions: [{ type: Failed, status: "True", message: broken }]`,
      "degraded",
      /broken/,
    ],
    [
      "anything whose condition is about an older spec",
      "Widget",
      "",
      ready("True", "", "", ", observedGeneration: 2"),
      "progressing",
      /latest change/,
    ],
    [
      "anything that did not succeed",
      "Widget",
      "",
      `conditions: [{ type: Succeeded, status: "False", message: task failed }]`,
      "degraded",
      /task failed/,
    ],
    [
      "anything that runs",
      "Widget",
      "",
      `conditions: [{ type: Succeeded, status: Unknown, message: running }]`,
      "progressing",
      /running/,
    ],
    [
      "anything with a phase that failed",
      "Widget",
      "",
      "phase: Failed, message: out of disk",
      "degraded",
      /out of disk/,
    ],
    ["anything without conditions", "Widget", "", "phase: Whatever", "healthy", /exists/],
  ],
};

describe("the health of custom resources", () => {
  for (const [apiVersion, rows] of Object.entries(tables)) {
    for (const [what, kind, spec, status, expected, reason] of rows) {
      it(`of ${what} is ${expected}`, () => {
        const health = healthOf(live(apiVersion, kind, spec, status));
        assert.equal(health.status, expected, health.reason);
        assert.match(health.reason, reason);
      });
    }
  }

  it("lets a Canary that failed have time to see the next version", () => {
    const canary = live("flagger.app/v1beta1", "Canary", "analysis: { interval: 30s }", "phase: Failed");
    assert.equal(healthOf(canary).patienceSeconds, 60);
  });
});
