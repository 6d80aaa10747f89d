import { environmentText } from "./environment-text.ts";
/** Manifests and documents for tests on a real cluster: small, and ready as soon as they exist. */

/** A Deployment that keeps to the policy pack. */
export function deployment(name: string, image = "registry.example.com/web:1.0.0"): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: web
          image: ${image}
          resources: { limits: { cpu: 100m, memory: 64Mi } }
`;
}

/** A ConfigMap with one key. */
export function configMap(name: string, value = "1"): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { key: "${value}" }\n`;
}

/** How an environment document of `environmentDocument` differs from the default. */
export interface DocumentOptions {
  readonly name?: string;
  /** The tenant and its only namespace. */
  readonly tenant?: string;
  /** Kinds that its applications may hold besides those of the ClusterRole admin. */
  readonly namespacedKinds?: readonly string[];
  /** Path by application, or more of its fields as a flow mapping. */
  readonly applications: Readonly<Record<string, string>>;
}

/** A document whose cluster `eu` is that of KUBECONFIG and whose source is the project's `config.git`. */
export function environmentDocument(revision: string, options: DocumentOptions): string {
  const { name = "dev", tenant = "payments", namespacedKinds = [], applications } = options;
  const allow = namespacedKinds.length === 0 ? "" : `, allow: { namespacedKinds: [${namespacedKinds.join(", ")}] }`;
  const entries = Object.entries(applications).map(
    ([application, path]) => `  ${application}: { tenant: ${tenant}, path: ${path} }`,
  );
  return environmentText(revision, {
    name,
    clusters: { eu: { kubeconfig: {} } },
    tenants: `\n  ${tenant}: { namespaces: [${tenant}], podSecurity: baseline${allow} }`,
    applications: `\n${entries.join("\n")}`,
  });
}
