import { configMap, deployment } from "./sample.ts";
import { widgetDefinition } from "./widget.ts";

/** What the rows are about; all of it of one application but for the autoscaled Deployment. */
export const manifests: Readonly<Record<string, string>> = {
  "web/web.yaml": deployment("web"),
  "web/worker.yaml": deployment("worker"),
  "web/levelled.yaml": deployment("levelled").replace(
    "image:",
    "env: [{ name: LEVEL, value: info }]\n          image:",
  ),
  "web/mesh.yaml": deployment("mesh").replace("{ name: mesh }", '{ name: mesh, labels: { inject: "yes" } }'),
  "web/service.yaml": `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
`,
  "web/policy.yaml": `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web }
spec: { podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }
`,
  "web/role.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [configmaps], verbs: [get, list] }]
`,
  "web/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: { name: token }\nstringData: { token: before-4711 }\n",
  "web/widget.yaml": "apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: gadget }\nspec: { size: 1 }\n",
  "web/noted.yaml": configMap("noted").replace("{ name: noted }", "{ name: noted, annotations: { owner: team-a } }"),
  "web/held.yaml": configMap("held").replace("{ name: held }", "{ name: held, finalizers: [example.com/keep] }"),
  "web/contested.yaml": configMap("contested").replace(
    "{ name: contested }",
    '{ name: contested, annotations: { driftless.dev/force-conflicts: "true" } }',
  ),
  ...Object.fromEntries(
    ["settings", "fields", "marked", "unlabelled", "gone", "again", "same", "tuned", "operated", "plain"].map(
      (name) => [`web/${name}.yaml`, configMap(name)],
    ),
  ),
  "auto/deployment.yaml": deployment("auto"),
  "auto/scaler.yaml": `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: auto }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: auto }, minReplicas: 1, maxReplicas: 5 }
`,
  "edge/settings.yaml": configMap("far"),
};

/** The kind of the custom resource; not ours. Whatever else somebody writes into its spec stays. */
export const definition = widgetDefinition("example.com", { "x-kubernetes-preserve-unknown-fields": true });

/** What the environment says beside its tenants. */
export const document = `drift:
  ignore:
    - { kind: Namespace, paths: [/metadata/labels/team] }
    - { kind: ConfigMap, name: tun*, jq: [.data.key] }
    - { kind: ConfigMap, name: operated, managers: [operator] }
applications:
  web: { tenant: shop, path: web }
  auto: { tenant: shop, path: auto, drift: { ignore: [{ kind: Deployment.apps, paths: [/spec/replicas] }] } }
applicationSets:
  far:
    from: { folders: { path: edg* } }
    template: { name: "{{ folder.name }}", tenant: edge, path: "{{ folder.path }}" }`;

/** Its tenants; the second one is on a cluster that may fail alone. */
export const tenants = JSON.stringify({
  shop: {
    ...{ namespaces: ["shop"], podSecurity: "baseline", clusters: ["eu"] },
    allow: { namespacedKinds: ["Widget.example.com"] },
  },
  edge: { namespaces: ["edge"], clusters: ["edge"] },
});
