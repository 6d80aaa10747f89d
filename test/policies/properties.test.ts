import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { isJsonObject, isList } from "../../core/manifest/json.ts";
import type { Json, JsonObject } from "../../core/manifest/manifest.ts";
import type { Violation } from "../../core/policy/violation.ts";
import type { Rule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import { subject } from "./evaluate.ts";
import { pod } from "./objects.ts";
import { binding, role } from "./rbac-objects.ts";

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as Json);

const container: JsonObject = {
  ...{ name: "web", image: "nginx", command: ["sh"], args: ["--token", "x"], env: [{ name: "PASSWORD", value: "x" }] },
  ...{ ports: [{ hostPort: 80 }], securityContext: { capabilities: { add: ["ALL"] } } },
  ...{
    resources: { limits: { memory: "2Gi" }, requests: { memory: "1Gi" } },
    readinessProbe: { httpGet: { port: 1 } },
  },
};
const podSpec: JsonObject = {
  ...{ containers: [container], initContainers: [container], ephemeralContainers: [container] },
  ...{ hostNetwork: true, securityContext: { sysctls: [{ name: "a", value: "b" }] } },
  volumes: [{ name: "a", hostPath: { path: "/" } }, { image: { reference: "a" } }],
};
const metadata: JsonObject = { name: "web", namespace: "shop", labels: { app: "web" }, annotations: { a: "b" } };

/** Objects that have something for the rules to look at; what is below each key is replaced at random. */
const shapes: readonly JsonObject[] = [
  { apiVersion: "v1", kind: "Pod", metadata, spec: podSpec },
  { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: 1, template: { metadata, spec: podSpec } } },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata,
    spec: { jobTemplate: { spec: { template: { spec: podSpec } } } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { type: "NodePort", externalIPs: ["1.1.1.1"], ports: [{ port: 1 }] },
  },
  {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata },
    spec: { rules: [{ host: "a.example.com" }], tls: [{ hosts: ["a.example.com"] }], defaultBackend: {} },
  },
  {
    ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata },
    spec: { hostnames: ["a.example.com"], parentRefs: [{ name: "a" }] },
  },
  {
    ...{ apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata },
    spec: { listeners: [{ protocol: "HTTP", hostname: "*" }] },
  },
  role(
    { verbs: ["*"], resources: ["*"], apiGroups: ["*"], resourceNames: ["a"], nonResourceURLs: ["*"] },
    "ClusterRole",
  ),
  binding([{ kind: "Group", name: "system:masters" }]),
  { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: true },
  { apiVersion: "v1", kind: "ConfigMap", metadata, data: { password: "x" }, binaryData: { a: "AAAA" } },
  { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", data: { a: "AAAA" }, stringData: { b: "c" } },
  {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata },
    spec: {
      podSelector: { matchLabels: { app: "web" }, matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] },
    },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata,
    spec: { selector: { matchLabels: { app: "web" } } },
  },
  {
    ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata },
    spec: { minReplicas: 1, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "web" } },
  },
];

type Path = readonly (string | number)[];

/** Every place in a value, its own first. */
function placesIn(value: Json, path: Path = []): readonly Path[] {
  const members: readonly (readonly [string | number, Json])[] = isList(value)
    ? value.map((item, index) => [index, item] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return [path, ...members.flatMap(([key, item]) => placesIn(item, [...path, key]))];
}

function replaced(value: Json, [key, ...rest]: Path, by: Json): Json {
  if (key === undefined) return by;
  if (isList(value)) return value.map((item, index) => (index === key ? replaced(item, rest, by) : item));
  if (!isJsonObject(value)) return value;
  return { ...value, [key]: replaced(value[key] ?? null, rest, by) };
}

/** An object of one of the shapes, some of it replaced by anything, or anything at all. */
const anyObject: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 1, arbitrary: json.map((value) => (isJsonObject(value) ? value : { spec: value })) },
  {
    weight: 9,
    arbitrary: fc
      .tuple(fc.constantFrom(...shapes), fc.array(fc.tuple(fc.nat(), json), { maxLength: 3 }))
      .map(([shape, changes]) =>
        changes.reduce<JsonObject>((object, [at, by]) => {
          const places = placesIn(object);
          const changed = replaced(object, places[at % places.length] ?? [], by);
          return isJsonObject(changed) ? changed : object;
        }, shape),
      ),
  },
);

/** What the rules may know of an environment, so that those that need it have something to say. */
const environment = {
  tenants: {
    shop: {
      ...{ namespaces: ["shop"], clusters: ["main"], podSecurity: "restricted" },
      ...{ registries: ["ghcr.io"], domains: ["example.org"] },
    },
  },
};

function settingsOf(rule: Rule): JsonObject {
  return "environment" in rule.configSchema.properties ? { environment } : {};
}

function violationsOf(rule: Rule, objects: readonly JsonObject[]): readonly Violation[] {
  const subjects = objects.map(subject);
  const settings = settingsOf(rule);
  return [
    ...subjects.flatMap((each) => rule.checkSubject(each, settings)),
    ...rule.checkStack(subjects, settings).map(({ message, path, control }) => ({
      message,
      ...(path === undefined ? {} : { path }),
      ...(control === undefined ? {} : { control }),
    })),
  ];
}

function reversed(value: Json): Json {
  if (isList(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

/** Places that violations name, in one order. Messages hold values, whose keys have no order. */
function placesOf(violations: readonly Violation[]): readonly string[] {
  return violations.map(({ path, control }) => JSON.stringify([path, control])).sort();
}

describe("every rule", () => {
  for (const rule of rules) {
    it(`${rule.name}: has an answer to any JSON, which does not depend on the order of keys`, () => {
      fc.assert(
        fc.property(fc.array(anyObject, { minLength: 1, maxLength: 3 }), (objects) => {
          const found = violationsOf(rule, objects);
          const again = violationsOf(rule, objects.map((object) => reversed(object)).filter(isJsonObject));
          assert.deepEqual(placesOf(again), placesOf(found));
          for (const object of objects) rule.remediate?.(subject(object), settingsOf(rule), () => false);
        }),
        { numRuns: 150 },
      );
    });

    it(`${rule.name}: accepts an object that keeps to it, whatever else the object holds`, () => {
      const good = pod({}, { automountServiceAccountToken: false });
      const settings = {};
      fc.assert(
        fc.property(fc.dictionary(fc.stringMatching(/^x[a-zA-Z]{3,8}$/), json, { maxKeys: 4 }), (extra) => {
          const spec = isJsonObject(good["spec"]) ? good["spec"] : {};
          const object = { ...extra, ...good, spec: { ...extra, ...spec } };
          assert.deepEqual(rule.checkSubject(subject(object), settings), []);
        }),
        { numRuns: 50 },
      );
    });
  }
});
