/** Built-in kinds whose resource is not what the rule makes of their name. */
const irregular: ReadonlyMap<string, string> = new Map([["Endpoints", "endpoints"]]);

/**
 * Name of the resource of a kind, as RBAC and paths of the API write it: `ingresses` for `Ingress`. All built-in kinds but
 * one follow these rules of English, and so do generators of custom kinds; only a CustomResourceDefinition knows for sure.
 */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  const known = irregular.get(kind);
  if (known !== undefined) return known;
  if (/(?:s|x|z|ch|sh)$/.test(lower)) return `${lower}es`;
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}
