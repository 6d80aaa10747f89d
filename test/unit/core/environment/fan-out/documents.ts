import { posix } from "node:path";
import type { LoadedEnvironment } from "../../../../../core/environment/load.ts";
import { DriftlessError } from "../../../../../core/errors/error.ts";
import type { Finding } from "../../../../../core/errors/finding.ts";
import { memoryTree } from "../../../../support/memory-tree.ts";
import { build, lines } from "../documents.ts";

/** A document of eleven lines with two clusters and a tenant; sets begin on line 12. */
export const head = lines(
  "apiVersion: driftless.dev/v1alpha1",
  "kind: Environment",
  "metadata: { name: dev }",
  "source: { repo: https://git.example.com/c.git, revision: 0123456789abcdef0123456789abcdef01234567, path: env }",
  "clusters:",
  "  eu: { local: { name: dev }, labels: { region: europe, tier: gold } }",
  "  us: { local: { name: dev }, labels: { region: america } }",
  "tenants: { shop: { namespaces: [shop, jobs] } }",
  "applications:",
  "  base: { tenant: shop, path: base }",
  "applicationSets:",
);

/** A document with one set, `all`, of these generators and this template, each on a line of its own. */
export function set(from: string, template: string, more = ""): string {
  return `${head}${lines("  all:", `    from: { ${from} }`, `    template: { ${template} }`, ...(more === "" ? [] : [`    ${more}`]))}`;
}

/** The environment at a commit that has these folders below its root. */
export function expand(document: string, folders: readonly string[] = [], base?: string): LoadedEnvironment {
  const files = Object.fromEntries(folders.map((folder) => [posix.join("env", folder, "web.yaml"), ""]));
  return build(document, base).withSource(memoryTree({ "README.md": "", ...files }));
}

/** Everything that is wrong once the source is known; none if all is well. */
export function expandFindings(document: string, folders: readonly string[] = []): readonly Finding[] {
  try {
    expand(document, folders);
    return [];
  } catch (error) {
    if (error instanceof DriftlessError) return error.findings;
    throw error;
  }
}
