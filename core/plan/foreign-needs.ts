import type { ApplicationSpec } from "../environment/spec.ts";
import type { Finding } from "../errors/finding.ts";
import type { ApplicationObjects } from "./application.ts";
import { describeObject, findingOf } from "./check/problem.ts";
import { needsOf, provides } from "./needs.ts";
import type { PlacedManifest } from "./placed.ts";

/** An application with what it holds. */
interface Holder {
  readonly name: string;
  readonly application: ApplicationSpec;
  readonly objects: ApplicationObjects;
}

interface Provider {
  readonly holder: Holder;
  readonly manifest: PlacedManifest;
}

/**
 * Applications that cannot do without an object of another one, which they do not wait for: a definition, or what their
 * pods cannot start without. Whether it is there in time is luck. One warning for each two applications.
 */
export function foreignNeeds(holders: readonly Holder[], addons: ReadonlySet<string> = new Set()): readonly Finding[] {
  const providers = providersOf(holders);
  const byName = new Map(holders.map((holder) => [holder.name, holder]));
  return holders.flatMap((holder) => {
    const known = awaited(holder, byName, addons);
    return [...holder.objects.objects, ...holder.objects.hooks].flatMap((manifest) =>
      needsOf(manifest.object).hard.flatMap((need) => {
        const candidates = (providers.get(need) ?? []).filter((provider) => sharesCluster(provider.holder, holder));
        const [provider] = candidates;
        if (provider === undefined || candidates.some((each) => known.has(each.holder.name))) return [];
        known.add(provider.holder.name);
        return [warning(holder, manifest, provider)];
      }),
    );
  });
}

function providersOf(holders: readonly Holder[]): ReadonlyMap<string, readonly Provider[]> {
  const providers = new Map<string, Provider[]>();
  for (const holder of holders) {
    for (const manifest of holder.objects.objects) {
      for (const provided of provides(manifest.object)) {
        const known = providers.get(provided);
        if (known === undefined) providers.set(provided, [{ holder, manifest }]);
        else known.push({ holder, manifest });
      }
    }
  }
  return providers;
}

/** The application itself, and all that it waits for. */
function awaited(holder: Holder, byName: ReadonlyMap<string, Holder>, addons: ReadonlySet<string>): Set<string> {
  const names = new Set([holder.name, ...(addons.has(holder.name) ? [] : addons)]);
  for (const name of names) {
    for (const dependency of byName.get(name)?.application.dependsOn ?? []) names.add(dependency);
  }
  return names;
}

function sharesCluster(left: Holder, right: Holder): boolean {
  return left.application.clusters.some((cluster) => right.application.clusters.includes(cluster));
}

function warning(holder: Holder, { object, origin }: PlacedManifest, { holder: other, manifest }: Provider): Finding {
  const finding = findingOf(holder.name, object, origin, {
    code: "ORDER_INVALID",
    message: `it cannot do without ${describeObject(manifest.object)} of application "${other.name}", which "${holder.name}" does not wait for.`,
    fix: `Add "${other.name}" to the application's dependsOn.`,
  });
  return { ...finding, severity: "warning" };
}
