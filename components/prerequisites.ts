import type { Resource } from "@pulumi/pulumi";
import { needsOf, provides } from "../core/plan/needs.ts";
import type { PlannedObject } from "../core/plan/plan.ts";

/**
 * What of the same stage and cluster each object must not be created before: the Namespace that holds it, the definition
 * of its custom kind, and what its pods need to start as they are meant to.
 */
export function prerequisites<T extends Pick<PlannedObject, "cluster" | "object">>(
  objects: readonly T[],
): ReadonlyMap<T, readonly T[]> {
  const providers = new Map<string, T[]>();
  for (const planned of objects) {
    for (const provided of provides(planned.object)) {
      const known = providers.get(`${planned.cluster} ${provided}`);
      if (known === undefined) providers.set(`${planned.cluster} ${provided}`, [planned]);
      else known.push(planned);
    }
  }
  const neededBy = (planned: T): readonly T[] => {
    const { hard, soft } = needsOf(planned.object);
    const found = [...hard, ...soft].flatMap((need) => providers.get(`${planned.cluster} ${need}`) ?? []);
    return [...new Set(found)].filter((provider) => provider !== planned);
  };
  return new Map(objects.map((planned) => [planned, neededBy(planned)]));
}

/** Creates one resource for each of a stage's objects, each after its prerequisites; returns them in the order given. */
export function createInOrder<T extends Pick<PlannedObject, "cluster" | "object">>(
  objects: readonly T[],
  create: (planned: T, after: readonly Resource[]) => Resource,
): readonly Resource[] {
  const created = new Map<T, Resource>();
  const needs = prerequisites(objects);
  const createOnce = (planned: T): Resource => {
    const known = created.get(planned);
    if (known !== undefined) return known;
    const resource = create(planned, (needs.get(planned) ?? []).map(createOnce));
    created.set(planned, resource);
    return resource;
  };
  return objects.map(createOnce);
}
