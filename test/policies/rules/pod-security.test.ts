import assert from "node:assert/strict";
import { Secret } from "@pulumi/policy";
import { secretsPreservingProxy } from "@pulumi/policy/secret.js";
import { describe, it } from "mocha";
import type { JsonObject } from "../../../core/manifest/manifest.ts";
import { violationText } from "../../../core/policy/violation.ts";
import { remediate, validate } from "../../../policies/policy.ts";
import { podSecurity } from "../../../policies/rules/pod-security.ts";
import { messagesOf, resourceOf, subject } from "../evaluate.ts";

const hostNetwork: JsonObject = { hostNetwork: true, containers: [{ name: "web" }] };
const plain: JsonObject = { containers: [{ name: "web" }] };

function pod(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop", ...metadata }, spec };
}

/** `<control> (at <path>)` of every violation. */
function violations(object: JsonObject, settings: JsonObject = {}): readonly string[] {
  return podSecurity
    .checkSubject(subject(object), settings)
    .map(({ control = "", path }) =>
      violationText({ message: control, remediation: "", ...(path && { path }) }).trim(),
    );
}

const baseline = ["host-namespaces (at spec.hostNetwork)."];
const context = "spec.containers[0].securityContext";
const restricted = [
  `allow-privilege-escalation (at ${context}.allowPrivilegeEscalation).`,
  `capabilities-restricted (at ${context}.capabilities.drop).`,
  `run-as-non-root (at ${context}.runAsNonRoot).`,
  `seccomp-profile-restricted (at ${context}.seccompProfile).`,
];

const tenants = {
  shop: { namespaces: ["shop"], clusters: ["main"], podSecurity: "restricted" },
  system: { namespaces: ["system"], clusters: ["main"], podSecurity: "privileged" },
  other: { namespaces: ["other"], clusters: ["elsewhere"], podSecurity: "restricted" },
};

describe("pod-security", () => {
  it("holds pods to baseline where nothing says more", () => {
    assert.deepEqual(violations(pod(hostNetwork)), baseline);
    assert.deepEqual(violations(pod(plain)), []);
  });

  it("holds pods to the profile of the settings", () => {
    assert.deepEqual(violations(pod(hostNetwork), { profile: "restricted" }), [...baseline, ...restricted]);
    assert.deepEqual(violations(pod(hostNetwork), { profile: "privileged" }), []);
  });

  it("holds pods to what their tenant says, on the tenant's clusters", () => {
    const settings = { environment: { tenants } };
    assert.deepEqual(violations(pod(plain), settings), restricted);
    assert.deepEqual(violations(pod(hostNetwork, { namespace: "system" }), settings), []);
    assert.deepEqual(violations(pod(hostNetwork, { namespace: "other" }), settings), baseline);
    assert.deepEqual(violations(pod(hostNetwork, { namespace: "unknown" }), settings), baseline);
  });

  it("prefers what the settings say about a namespace", () => {
    const settings = { environment: { tenants }, namespaces: { shop: "privileged", default: "restricted" } };
    assert.deepEqual(violations(pod(hostNetwork), settings), []);
    assert.deepEqual(violations(pod(plain, { namespace: null }), settings), restricted);
    assert.deepEqual(violations(pod(plain, { namespace: "constructor" }), settings), []);
  });

  it("keeps to a version of the standard, and to none that the cluster does not have yet", () => {
    const probing = pod({
      containers: [{ name: "web", livenessProbe: { tcpSocket: { port: 80, host: "10.0.0.1" } } }],
    });
    const count = (settings: JsonObject) => violations(probing, settings).length;
    const cluster = (version: string) => ({ environment: { clusters: { main: { version } } } });
    assert.equal(count({}), 1);
    assert.equal(count({ version: "latest" }), 1);
    assert.equal(count({ version: "1.34" }), 1);
    assert.equal(count({ version: "v1.33" }), 0);
    assert.equal(count(cluster("1.33")), 0);
    assert.equal(count({ version: "1.36", ...cluster("v1.33.4-eks-1") }), 0);
    assert.equal(count({ version: "1.33", ...cluster("1.36") }), 0);
    assert.equal(count(cluster("1.34")), 1);
    assert.equal(count(cluster("1.99")), 1);
  });

  for (const [kind, path, object] of [
    ["Pod", "spec", { spec: hostNetwork }],
    ["PodTemplate", "template.spec", { template: { spec: hostNetwork } }],
    ["ReplicationController", "spec.template.spec", { spec: { template: { spec: hostNetwork } } }],
    ["Deployment", "spec.template.spec", { spec: { template: { spec: hostNetwork } } }],
    ["ReplicaSet", "spec.template.spec", { spec: { template: { spec: hostNetwork } } }],
    ["StatefulSet", "spec.template.spec", { spec: { template: { spec: hostNetwork } } }],
    ["DaemonSet", "spec.template.spec", { spec: { template: { spec: hostNetwork } } }],
    ["Job", "spec.template.spec", { spec: { template: { spec: hostNetwork } } }],
    [
      "CronJob",
      "spec.jobTemplate.spec.template.spec",
      { spec: { jobTemplate: { spec: { template: { spec: hostNetwork } } } } },
    ],
  ] as const) {
    it(`looks at the pods of a ${kind}`, () => {
      assert.deepEqual(violations({ kind, metadata: { name: "web" }, ...object }), [
        `host-namespaces (at ${path}.hostNetwork).`,
      ]);
    });
  }

  it("looks at the annotations of the pods, not of what makes them", () => {
    const annotations = { "container.apparmor.security.beta.kubernetes.io/web": "unconfined" };
    const deployment = (metadata: JsonObject, own: JsonObject): JsonObject => ({
      kind: "Deployment",
      metadata: { name: "web", ...own },
      spec: { template: { metadata, spec: plain } },
    });
    assert.deepEqual(violations(deployment({}, { annotations })), []);
    assert.deepEqual(violations(deployment({ annotations }, {})), [
      'app-armor-profile (at spec.template.metadata.annotations["container.apparmor.security.beta.kubernetes.io/web"]).',
    ]);
  });

  it("lets a pod off one control", () => {
    const reported: string[] = [];
    const exception = { object: "main/shop/Pod/web", reason: "old", owner: "team", expires: "2999-01-01" };
    const settings = { profile: "restricted", exceptions: [{ ...exception, control: "run-as-non-root" }] };
    validate(podSecurity, { ...resourceOf(pod(plain)), getConfig: () => settings }, (text) => reported.push(text));
    assert.deepEqual(
      reported.map((text) => text.split(":")[0]),
      ["allow-privilege-escalation", "capabilities-restricted", "seccomp-profile-restricted"],
    );
  });

  it("refuses settings that it does not know", () => {
    for (const settings of [
      { profile: "strict" },
      { namespaces: { a: "none" } },
      { version: "1.036" },
      { level: "x" },
    ]) {
      assert.throws(() => messagesOf(podSecurity, pod(plain), settings), /policy\.config\.pod-security/);
    }
  });
});

describe("the remediation of pod-security", () => {
  const remediated = (object: JsonObject, settings: JsonObject = { profile: "restricted" }) =>
    remediate(podSecurity, { ...resourceOf(object), getConfig: () => settings });

  it("says what is not said where that is safe, and nothing else", () => {
    const before = pod({ containers: [{ name: "web", securityContext: { runAsUser: 5 } }, { name: "side" }] });
    assert.deepEqual(
      remediated(before),
      pod({
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          { name: "web", securityContext: { runAsUser: 5, allowPrivilegeEscalation: false } },
          { name: "side", securityContext: { allowPrivilegeEscalation: false } },
        ],
      }),
    );
  });

  it("mends what Pulumi wraps in proxies, and leaves secret what is", () => {
    const env = [{ name: "KEY", value: new Secret("unseen") }];
    const raw = { kind: "Pod", metadata: { name: "web" }, spec: { containers: [{ name: "web", env }] } };
    const wrapped: unknown = secretsPreservingProxy(raw);
    const resource = { ...resourceOf(pod({})), getConfig: () => ({ profile: "restricted" }) };
    Object.assign(resource, { props: wrapped });
    assert.equal(remediate(podSecurity, resource), wrapped);
    assert.deepEqual(raw.spec, {
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      containers: [{ name: "web", env, securityContext: { allowPrivilegeEscalation: false } }],
    });
    assert.ok(env[0]?.value instanceof Secret);
  });

  it("mends the template of a workload", () => {
    const deployment = (spec: JsonObject) => ({ ...pod({ template: { spec } }), kind: "Deployment" });
    const mended = remediated(deployment({ containers: [{ name: "web" }] }));
    assert.deepEqual(
      violations(mended ?? {}, { profile: "restricted" }).map((text) => text.split(" ")[0]),
      ["capabilities-restricted", "run-as-non-root"],
    );
  });

  it("changes no value that is there", () => {
    const unconfined = { type: "Unconfined" };
    const context = { allowPrivilegeEscalation: true, seccompProfile: unconfined };
    assert.equal(remediated(pod({ containers: [{ name: "web", securityContext: context }] })), undefined);
    const spec = { securityContext: { seccompProfile: unconfined } };
    const mended = remediated(pod({ ...spec, containers: [{ name: "web" }] }));
    assert.deepEqual(
      mended,
      pod({ ...spec, containers: [{ name: "web", securityContext: { allowPrivilegeEscalation: false } }] }),
    );
  });

  it("leaves containers alone that gain privileges on purpose", () => {
    const seccompProfile = { type: "RuntimeDefault" };
    for (const securityContext of [{ privileged: true }, { capabilities: { add: ["NET_BIND_SERVICE"] } }]) {
      const object = pod({ securityContext: { seccompProfile }, containers: [{ name: "web", securityContext }] });
      assert.equal(remediated(object), undefined);
    }
  });

  it("leaves alone what no profile asks for, what is exempt and what is for Windows", () => {
    assert.equal(remediated(pod(plain), {}), undefined);
    assert.equal(remediated(pod({ ...plain, os: { name: "windows" } })), undefined);
    assert.equal(remediated({ kind: "ConfigMap", metadata: { name: "web" } }), undefined);
    const exceptions = [{ object: "*", reason: "old", owner: "team", expires: "2999-01-01" }];
    assert.equal(remediated(pod(plain), { profile: "restricted", exceptions }), undefined);
    const [own] = exceptions.map((each) => ({ ...each, control: "allow-privilege-escalation" }));
    assert.deepEqual(
      remediated(pod(plain), { profile: "restricted", exceptions: own === undefined ? [] : [own] }),
      pod({ ...plain, securityContext: { seccompProfile: { type: "RuntimeDefault" } } }),
    );
  });
});
