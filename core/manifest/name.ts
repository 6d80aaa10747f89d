import { groupOf } from "./manifest.ts";

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Why the API server would refuse this name for this kind; undefined if it would take it. */
export function nameProblem(apiVersion: string, kind: string, name: string): string | undefined {
  if (name.length > 253) return `it has ${name.length} characters, and 253 is the most`;
  // Roles and bindings may be called `system:node`; the name only has to fit into a URL.
  if (groupOf(apiVersion) === "rbac.authorization.k8s.io")
    return name === "." || name === ".." || /[/%]/.test(name)
      ? 'it must not be "." or ".." or hold "/" or "%"'
      : undefined;
  if (apiVersion === "v1" && (kind === "Namespace" || kind === "Service")) return labelProblem(name);
  return subdomain.test(name) ? undefined : "it may hold lower-case letters, digits, dashes and dots only";
}

/** Why a text is not a DNS label, as namespaces are; undefined if it is one. */
export function labelProblem(name: string): string | undefined {
  if (name.length > 63) return `it has ${name.length} characters, and 63 is the most`;
  return label.test(name) ? undefined : "it may hold lower-case letters, digits and dashes only";
}
