import { configMap, deployment } from "./sample.ts";

/** Manifests of deliveries that meet a fault, and of what in a cluster makes them. */

/** ConfigMaps `<name>-0`, `<name>-1`, … */
export const many = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => configMap(`${name}-${index}`)).join("---\n");

/** A Deployment whose pods play something. */
export const playing = (play: string): string =>
  deployment("web").replace(
    "labels: { app: web } }\n    spec",
    `labels: { app: web }, annotations: { ${play} } }\n    spec`,
  );

/** A hook before the delivery whose pod plays something. */
export const hook = (play: string): string => `apiVersion: batch/v1
kind: Job
metadata: { name: migrate, annotations: { driftless.dev/hook: pre-deploy } }
spec:
  template:
    metadata: { annotations: { test.driftless.dev/play: ${play} } }
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: registry.example.com/migrate:1.0.0
          resources: { limits: { cpu: 100m, memory: 64Mi } }
`;

/** Defines a custom kind of the group example.com. */
export const definition = (kind: string, plural: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()}, listKind: ${kind}List }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

/** An object of such a kind. */
export const custom = (kind: string): string =>
  `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: first }\n`;

/** A policy that refuses ConfigMaps of a namespace with `key: bad`. */
export const rules = (namespace: string): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: rules }
spec:
  matchConstraints:
    resourceRules: [{ apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps] }]
  validations: [{ expression: "object.data.key != 'bad'", message: the key must not be bad }]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: rules }
spec:
  policyName: rules
  validationActions: [Deny]
  matchResources: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } } }
`;

/** A webhook for the ConfigMaps of a namespace that nobody serves. */
export const webhook = (namespace: string): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: down }
webhooks:
  - name: down.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Fail
    timeoutSeconds: 3
    clientConfig: { url: "https://127.0.0.1:1/" }
    namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${namespace} } }
    rules: [{ apiGroups: [""], apiVersions: [v1], operations: ["*"], resources: [configmaps] }]
`;
