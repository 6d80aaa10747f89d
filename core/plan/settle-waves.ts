import type { Finding } from "../errors/finding.ts";
import { describeObject, describeOrigin, findingOf } from "./check/problem.ts";
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
 * error, because the wave before it would never be healthy.
 */
export function settleWaves(application: string, manifests: readonly PlacedManifest[]): SettledWaves {
  const objects = manifests.filter(({ hook }) => hook.kind === "object");
  const providers = providersOf(objects);
  const waves = new Map(objects.map((each) => [each, each.wave]));
  const findings: Finding[] = [];
  const settle = (needer: PlacedManifest, wave: number): void => {
    for (const provider of hardNeeds(needer, providers)) {
      if ((waves.get(provider) ?? wave) <= wave) continue;
      if (provider.explicitWave) {
        findings.push(tooLate(application, needer, wave, provider));
        continue;
      }
      waves.set(provider, wave);
      settle(provider, wave);
    }
  };
  // Upwards, so that each is met first by the smallest wave that needs it.
  for (const needer of [...objects].sort((left, right) => left.wave - right.wave)) {
    settle(needer, waves.get(needer) ?? needer.wave);
  }
  return {
    manifests: manifests.map((each) => ({ ...each, wave: waves.get(each) ?? each.wave })),
    findings: [...findings, ...hooksTooEarly(application, manifests, providers)],
  };
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

function tooLate(application: string, needer: PlacedManifest, wave: number, provider: PlacedManifest): Finding {
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
