import type { Finding } from "../errors/finding.ts";
import { describeOrigin, findingOf } from "./check/problem.ts";
import { resourceName } from "./identity.ts";
import type { PlacedManifest } from "./placed.ts";

/**
 * Each object that another manifest of the same application defines too, the first of them excepted. Two hooks may share
 * a name if they never run in one phase.
 */
export function duplicates(application: string, manifests: readonly PlacedManifest[]): readonly Finding[] {
  const known = new Map<string, PlacedManifest[]>();
  return manifests.flatMap((manifest) => {
    const key = resourceName("", manifest.object);
    const same = known.get(key) ?? [];
    known.set(key, [...same, manifest]);
    const earlier = same.find((other) => exclude(other, manifest));
    if (earlier === undefined) return [];
    return findingOf(application, manifest.object, manifest.origin, {
      code: "DUPLICATE_OBJECT",
      message: `it is defined twice, first in ${describeOrigin(earlier.origin)}.`,
      field: "metadata.name",
      fix: "Remove one of the two, or rename it.",
    });
  });
}

function exclude({ hook: left }: PlacedManifest, { hook: right }: PlacedManifest): boolean {
  const ordinary = left.kind === "object" || right.kind === "object";
  return ordinary || left.phases.some((phase) => right.phases.includes(phase));
}
