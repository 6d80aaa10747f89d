import type { Person } from "./person.ts";
import type { Host } from "./host.ts";

/** The files of the control repository: what both environments share, and each of them. */
export function controlFiles(
  host: Pick<Host, "config" | "local" | "forges">,
  revision: string,
  people: readonly Person[],
): Readonly<Record<string, string>> {
  return {
    ".gitignore":
      "# The program comes from the checkout of Driftless that runs the demo.\n/*\n!/.gitignore\n!/environments/\n",
    "environments/_base.yaml": `apiVersion: driftless.dev/v1alpha1
kind: EnvironmentBase
source:
  repo: ${host.config}${host.local ? "\n  local: true" : ""}
  branch: main
clusters:
  main: { kubeconfig: {} } # both environments are on one cluster, in namespaces of their own
policy: { packs: [policies] }
${host.forges}`,
    "environments/dev.yaml": `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: dev }
source: { revision: ${revision} }
tenants:
  shop-dev: { namespaces: [shop-dev], quota: { requests.memory: 1Gi } }
applications:
  storefront: { tenant: shop-dev, path: applications/storefront/overlays/dev }
`,
    "environments/production.yaml": `apiVersion: driftless.dev/v1alpha1
kind: Environment
metadata: { name: production }
source: { revision: ${revision} }
tenants:
  shop: { namespaces: [shop], quota: { requests.memory: 640Mi } }
applications:
  storefront: { tenant: shop, path: applications/storefront/overlays/production, health: { timeout: 30s } }
promotion: { from: dev, requires: [healthy, policy] }
approvals:
  required: 1
  people:
${people.map(({ email, key }) => `    ${email}: { keys: ["${key}"] }\n`).join("")}`,
  };
}
