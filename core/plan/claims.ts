import type { KubernetesObject, Origin } from "../manifest/manifest.ts";
import { describeOrigin, type Problem } from "./check/problem.ts";
import { resourceName } from "./identity.ts";

/** Who holds an object of a plan: an application, with the manifest that says so, or a tenant. */
export type Holder = { readonly application: string; readonly origin: Origin } | { readonly tenant: string };

/** Holder of each object, by resource name. */
export type Claims = Map<string, Holder>;

/** Takes an object on each of these clusters; the holder of the first that is taken already is returned. */
export function claim(
  claims: Claims,
  clusters: readonly string[],
  object: KubernetesObject,
  holder: Holder,
): Holder | undefined {
  let taken: Holder | undefined;
  for (const cluster of clusters) {
    const name = resourceName(cluster, object);
    const other = claims.get(name);
    if (other === undefined) claims.set(name, holder);
    else taken ??= other;
  }
  return taken;
}

/** The first holder of an object on any of these clusters. */
export function holderOf(claims: Claims, clusters: readonly string[], object: KubernetesObject): Holder | undefined {
  for (const cluster of clusters) {
    const holder = claims.get(resourceName(cluster, object));
    if (holder !== undefined) return holder;
  }
  return undefined;
}

/** What is wrong with an object that somebody else holds. */
export function takenProblem(holder: Holder): Problem {
  if ("tenant" in holder) {
    return {
      code: "OWNED_BY_OTHER_APP",
      message: `it belongs to tenant "${holder.tenant}": Driftless creates it from the environment document.`,
      field: "metadata.name",
      fix: `Remove it from the source; change tenants.${holder.tenant} instead.`,
    };
  }
  return {
    code: "OWNED_BY_OTHER_APP",
    message: `application "${holder.application}" owns it too (${describeOrigin(holder.origin)}).`,
    field: "metadata.name",
    fix: "Remove it from one of the two applications, or rename it.",
  };
}
