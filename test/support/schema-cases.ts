import type { Json, JsonObject, KubernetesObject } from "../../core/manifest/manifest.ts";

/** An object, and the fields of it that no API server takes; none: it is as it should be. */
export interface SchemaCase {
  readonly title: string;
  readonly object: KubernetesObject;
  readonly fields: readonly string[];
}

const metadata = { name: "sample" };

/** A definition that uses what structural schemas may. */
export const gadget: KubernetesObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "gadgets.example.com" },
  spec: {
    group: "example.com",
    scope: "Namespaced",
    names: { kind: "Gadget", plural: "gadgets" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                required: ["size", "mode"],
                properties: {
                  size: { type: "integer", minimum: 1, maximum: 10 },
                  mode: { type: "string", enum: ["fast", "safe"], default: "safe" },
                  name: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
                  port: { "x-kubernetes-int-or-string": true },
                  maybe: { type: "string", nullable: true },
                  free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  labels: { type: "object", additionalProperties: { type: "string" } },
                  template: {
                    type: "object",
                    "x-kubernetes-embedded-resource": true,
                    properties: { spec: { type: "object" } },
                  },
                  either: {
                    type: "object",
                    properties: { left: { type: "string" }, right: { type: "string" } },
                    oneOf: [{ required: ["left"] }, { required: ["right"] }],
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const container = { name: "web", image: "registry.example.com/web:1" };

function deployment(spec: JsonObject, of: JsonObject = {}, pod: JsonObject = {}): KubernetesObject {
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
    spec: {
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ ...container, ...of }], ...pod } },
      ...spec,
    },
  };
}

function gadgetOf(spec: Json): KubernetesObject {
  return { apiVersion: "example.com/v1", kind: "Gadget", metadata, spec };
}

const podPath = "spec.template.spec";
const inContainer = `${podPath}.containers.0`;

/** What people write, rightly and wrongly; an API server 1.36 agrees on each, see schemas.test.ts. */
export const schemaCases: readonly SchemaCase[] = [
  { title: "a whole Deployment", object: deployment({ replicas: 2 }), fields: [] },
  { title: "fields that are null", object: deployment({ replicas: null, paused: null }, { env: null }), fields: [] },
  {
    title: "quantities in each form",
    object: deployment({}, { resources: { limits: { cpu: "0.5", memory: "1Gi", "ephemeral-storage": 1000000000 } } }),
    fields: [],
  },
  {
    title: "a port by its name, and a share",
    object: deployment(
      { strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } } },
      { ports: [{ name: "http", containerPort: 80 }], readinessProbe: { httpGet: { port: "http" } } },
    ),
    fields: [],
  },
  { title: "a misspelt field", object: deployment({ replica: 2 }), fields: ["spec.replica"] },
  {
    title: "a field one level too high",
    object: deployment({}, { limits: { cpu: "1" } }),
    fields: [`${inContainer}.limits`],
  },
  { title: "a number as text", object: deployment({ replicas: "2" }), fields: ["spec.replicas"] },
  {
    title: "a port as text",
    object: deployment({}, { ports: [{ containerPort: "80" }] }),
    fields: [`${inContainer}.ports.0.containerPort`],
  },
  {
    title: "an environment variable that is a number",
    object: deployment({}, { env: [{ name: "A", value: 1 }] }),
    fields: [`${inContainer}.env.0.value`],
  },
  {
    title: "an environment variable that is true",
    object: deployment({}, { env: [{ name: "A", value: true }] }),
    fields: [`${inContainer}.env.0.value`],
  },
  { title: "a list that is an object", object: deployment({}, { env: { A: "1" } }), fields: [`${inContainer}.env`] },
  {
    title: "an object that is a list",
    object: deployment({}, {}, { nodeSelector: ["a"] }),
    fields: [`${podPath}.nodeSelector`],
  },
  {
    title: "a wrong quantity",
    object: deployment({}, { resources: { limits: { memory: "64 MB" } } }),
    fields: [`${inContainer}.resources.limits.memory`],
  },
  { title: "a number of more than 32 bits", object: deployment({ replicas: 3000000000 }), fields: ["spec.replicas"] },
  { title: "a fraction of a replica", object: deployment({ replicas: 1.5 }), fields: ["spec.replicas"] },
  {
    title: "two mistakes at once",
    object: deployment({ replica: 2 }, { imagePullPolcy: "Always" }),
    fields: ["spec.replica", `${inContainer}.imagePullPolcy`],
  },
  {
    title: "a Deployment without a selector",
    object: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { template: { spec: { containers: [container] } } },
    },
    fields: ["spec.selector"],
  },
  {
    title: "a label that is a number",
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, labels: { a: 1 } } },
    fields: ["metadata.labels.a"],
  },
  {
    title: "a value that is a number",
    object: { apiVersion: "v1", kind: "ConfigMap", metadata, data: { a: 1 } },
    fields: ["data.a"],
  },
  {
    title: "a Secret in base64",
    object: { apiVersion: "v1", kind: "Secret", metadata, data: { a: "c2VjcmV0" } },
    fields: [],
  },
  {
    title: "a Secret in plain text",
    object: { apiVersion: "v1", kind: "Secret", metadata, data: { a: "secret!" } },
    fields: ["data.a"],
  },
  {
    title: "a Service with names for ports",
    object: { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80, targetPort: "http" }] } },
    fields: [],
  },
  {
    title: "a Service whose port is misspelt",
    object: { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80, tragetPort: 8080 }] } },
    fields: ["spec.ports.0.tragetPort"],
  },
  {
    title: "an Ingress as it was before v1",
    object: {
      ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata },
      spec: {
        rules: [
          { http: { paths: [{ path: "/", pathType: "Prefix", backend: { serviceName: "web", servicePort: 80 } }] } },
        ],
      },
    },
    fields: ["spec.rules.0.http.paths.0.backend.serviceName", "spec.rules.0.http.paths.0.backend.servicePort"],
  },
  {
    title: "a whole custom object",
    object: gadgetOf({ size: 3, name: "abc", port: "http", maybe: null, free: { a: [1] } }),
    fields: [],
  },
  {
    title: "a custom object whose mode is the default",
    object: gadgetOf({ size: 3, port: 80, labels: { a: "b" } }),
    fields: [],
  },
  {
    title: "an embedded object",
    object: gadgetOf({ size: 1, template: { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: {} } }),
    fields: [],
  },
  { title: "one side of a choice", object: gadgetOf({ size: 1, either: { left: "a" } }), fields: [] },
  {
    title: "both sides of a choice",
    object: gadgetOf({ size: 1, either: { left: "a", right: "b" } }),
    fields: ["spec.either"],
  },
  { title: "a custom field that is not there", object: gadgetOf({ size: 1, colour: "red" }), fields: ["spec.colour"] },
  { title: "a custom number that is too large", object: gadgetOf({ size: 11 }), fields: ["spec.size"] },
  { title: "a custom value that is not listed", object: gadgetOf({ size: 1, mode: "slow" }), fields: ["spec.mode"] },
  { title: "a custom text that does not match", object: gadgetOf({ size: 1, name: "ABC" }), fields: ["spec.name"] },
  { title: "a custom text that is too long", object: gadgetOf({ size: 1, name: "abcdef" }), fields: ["spec.name"] },
  { title: "a custom field that is missing", object: gadgetOf({}), fields: ["spec.size"] },
  {
    title: "a custom object without a spec",
    object: { apiVersion: "example.com/v1", kind: "Gadget", metadata },
    fields: ["spec"],
  },
  {
    title: "a label of a map that is a number",
    object: gadgetOf({ size: 1, labels: { a: 1 } }),
    fields: ["spec.labels.a"],
  },
];
