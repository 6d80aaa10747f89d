import type { ApplicationSpec } from "../environment/spec.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Problem } from "./check/problem.ts";
import { hookPhases } from "./hooks/phase.ts";
import type { HookReading } from "./hooks/read.ts";
import { resourceName } from "./identity.ts";
import type { PlannedHook, PlannedObject } from "./plan.ts";
import { objectSettings } from "./settings.ts";

/** A manifest with the namespace that it goes to and what its annotations say about when. */
export interface PlacedManifest extends Manifest {
  readonly hook: HookReading;
  readonly wave: number;
  /** True if an annotation names the wave. */
  readonly explicitWave: boolean;
  /** What is wrong with those annotations. */
  readonly problems: readonly Problem[];
}

/** Objects on each of these clusters, by wave and then by cluster; expects both lists in order. */
export function planObjects(
  manifests: readonly PlacedManifest[],
  clusters: readonly string[],
  application: ApplicationSpec,
): readonly PlannedObject[] {
  return onClusters(manifests, clusters).map(([{ wave, hook, object, origin }, cluster]) => {
    const asked = objectSettings(object, application);
    const settings = hook.values.some(({ replaced }) => replaced) ? { ...asked, replace: true } : asked;
    return { resourceName: resourceName(cluster, object), cluster, wave, object, settings, origin };
  });
}

/** Hooks on each of these clusters, by phase, wave and cluster; expects both lists in order. */
export function planHooks(manifests: readonly PlacedManifest[], clusters: readonly string[]): readonly PlannedHook[] {
  return hookPhases.flatMap((phase) => {
    const running = manifests.filter(({ hook }) => hook.phases.includes(phase));
    return onClusters(running, clusters).map(([{ wave, hook, object, origin }, cluster]): PlannedHook => {
      const { deletePolicies } = hook;
      return { resourceName: resourceName(cluster, object), cluster, phase, wave, deletePolicies, object, origin };
    });
  });
}

function onClusters(
  manifests: readonly PlacedManifest[],
  clusters: readonly string[],
): readonly (readonly [PlacedManifest, string])[] {
  const waves = new Map<number, PlacedManifest[]>();
  for (const manifest of manifests) {
    const wave = waves.get(manifest.wave);
    if (wave === undefined) waves.set(manifest.wave, [manifest]);
    else wave.push(manifest);
  }
  return [...waves.values()].flatMap((wave) =>
    clusters.flatMap((cluster) => wave.map((manifest) => [manifest, cluster] as const)),
  );
}
