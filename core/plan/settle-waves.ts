import type { Finding } from "../errors/finding.ts";
import { describeObject, describeOrigin, findingOf } from "./check/problem.ts";
import { hookPhases } from "./hooks/phase.ts";
import { needsOf, provides } from "./needs.ts";
import type { PlacedManifest } from "./placed.ts";

/** Manifests with the waves that they go in, and those that come too late for what needs them. */
export interface SettledWaves {
  readonly manifests: readonly PlacedManifest[];
  readonly findings: readonly Finding[];
}

/**
 * Sees to it that nothing is waited for that only comes later: the definition of a kind, a namespace, what pods cannot
 * start without. What names no wave itself comes along with the first object that needs it; what names a later one is an
 * error, because the wave before it would never be healthy. The same goes for the hooks of each phase among themselves.
 */
export function settleWaves(application: string, manifests: readonly PlacedManifest[]): SettledWaves {
  const waves = new Map(manifests.map((each) => [each, each.wave]));
  const objects = manifests.filter(({ hook }) => hook.kind === "object");
  const phases = hookPhases.map((phase) => manifests.filter(({ hook }) => hook.phases.includes(phase)));
  const late = [objects, ...phases].flatMap((group) => settleGroup(group, waves));
  const distinct = new Map(late.map((each) => [each.needer, each]));
  return {
    manifests: manifests.map((each) => ({ ...each, wave: waves.get(each) ?? each.wave })),
    findings: [
      ...[...distinct.values()].map((each) => tooLate(application, each)),
      ...hooksTooEarly(application, manifests, providersOf(objects)),
    ],
  };
}

/** Something that cannot do without what comes in a later wave. */
interface Late {
  readonly needer: PlacedManifest;
  readonly wave: number;
  readonly provider: PlacedManifest;
}

/** Moves what may be moved in `waves`; returns the rest. */
function settleGroup(group: readonly PlacedManifest[], waves: Map<PlacedManifest, number>): readonly Late[] {
  const waveOf = (each: PlacedManifest): number => waves.get(each) ?? each.wave;
  const providers = providersOf(group);
  const late: Late[] = [];
  const settle = (needer: PlacedManifest, wave: number): void => {
    for (const provider of hardNeeds(needer, providers)) {
      if (waveOf(provider) <= wave) continue;
      if (provider.explicitWave) {
        late.push({ needer, wave, provider });
        continue;
      }
      waves.set(provider, wave);
      settle(provider, wave);
    }
  };
  // Upwards, so that each is met first by the smallest wave that needs it.
  for (const needer of [...group].sort((left, right) => waveOf(left) - waveOf(right))) settle(needer, waveOf(needer));
  return late;
}

type Providers = ReadonlyMap<string, readonly PlacedManifest[]>;

function providersOf(manifests: readonly PlacedManifest[]): Providers {
  const providers = new Map<string, PlacedManifest[]>();
  for (const manifest of manifests) {
    for (const provided of provides(manifest.object)) {
      const known = providers.get(provided);
      if (known === undefined) providers.set(provided, [manifest]);
      else known.push(manifest);
    }
  }
  return providers;
}

function hardNeeds(needer: PlacedManifest, providers: Providers): readonly PlacedManifest[] {
  const found = needsOf(needer.object).hard.flatMap((need) => providers.get(need) ?? []);
  return found.filter((provider) => provider !== needer);
}

function tooLate(application: string, { needer, wave, provider }: Late): Finding {
  const name = describeObject(provider.object);
  return findingOf(application, needer.object, needer.origin, {
    code: "ORDER_INVALID",
    message: `it goes in wave ${wave}, but cannot do without ${name} of wave ${provider.wave} (${describeOrigin(provider.origin)}).`,
    fix: `Give ${name} the wave ${wave} or a smaller one, or none, so that it comes along with what needs it.`,
  });
}

/** Hooks that run before what they need is created for the first time; on a cluster that has it already they may succeed. */
function hooksTooEarly(
  application: string,
  manifests: readonly PlacedManifest[],
  providers: Providers,
): readonly Finding[] {
  const early = manifests.filter(({ hook }) => hook.phases.includes("pre-deploy"));
  return early.flatMap((hook) =>
    hardNeeds(hook, providers).map((provider) => {
      const name = describeObject(provider.object);
      const finding = findingOf(application, hook.object, hook.origin, {
        code: "ORDER_INVALID",
        message: `it runs before ${name} (${describeOrigin(provider.origin)}) is created, which it cannot do without.`,
        fix: `Make ${name} a pre-deploy hook of a smaller wave, or this one an object of a wave.`,
      });
      return { ...finding, severity: "warning" as const };
    }),
  );
}
