import { runApplications } from "./contestants/driftless.ts";
import type { Arena } from "./contestants/contestant.ts";
import { partNames, splitUpdate } from "./split.ts";
import { align } from "./table.ts";

/** Seconds between two looks at a dependency that is not ready: kustomize-controller's and helm-controller's default. */
const fluxRequeueSeconds = 30;
/** Seconds between two sync waves: Argo CD's default of ARGOCD_SYNC_WAVE_DELAY. */
const argoWaveSeconds = 2;

/** What a chain of applications took. */
export interface ChainReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "ChainReport";
  readonly applications: number;
  /** Of the whole command, each application depending on the one before. */
  readonly chainSeconds: number;
  /** Of the whole command, none depending on another. */
  readonly independentSeconds: number;
  /** From the first object to the last, each application depending on the one before. */
  readonly chainObjectsSeconds: number;
}

/** Measures a chain, and the same applications without it. */
export async function benchChain(arena: Arena): Promise<ChainReport> {
  const independent = await runApplications(arena, "independent");
  const chain = await runApplications(arena, "in a chain");
  const parts = splitUpdate(chain.lines, chain.seconds);
  return {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "ChainReport",
    applications: arena.scale.applications,
    chainSeconds: chain.seconds,
    independentSeconds: independent.seconds,
    chainObjectsSeconds: parts.find(({ name }) => name === partNames.objects)?.seconds ?? 0,
  };
}

/** The report as a person reads it. What nobody measured says so. */
export function formatChain(report: ChainReport): string {
  const { applications, chainSeconds, independentSeconds, chainObjectsSeconds } = report;
  const links = applications - 1;
  const perLink = (seconds: number): string => (links === 0 ? "-" : (seconds / links).toFixed(2));
  const row = (name: string, seconds: number, how: string): string[] => [
    name,
    seconds.toFixed(1),
    perLink(seconds),
    how,
  ];
  return [
    `${applications} applications, each of which depends on the one before: ${links} links`,
    "",
    align([
      ["seconds", "all", "per link", ""],
      row("driftless up, whole command", chainSeconds, "measured"),
      row("  of it from the first object to the last", chainObjectsSeconds, "measured"),
      row("  the same applications without dependencies", independentSeconds, "measured"),
      row("Flux: only the requeue of dependants", links * fluxRequeueSeconds, "arithmetic"),
      row("Argo CD: only the delay between waves", links * argoWaveSeconds, "arithmetic"),
    ]),
    "",
    `Flux looks at a dependency that is not ready again after ${fluxRequeueSeconds} s (--requeue-dependency), Argo CD waits ${argoWaveSeconds} s between`,
    "waves (ARGOCD_SYNC_WAVE_DELAY): their documented defaults times the links, without any work. Neither was run here.",
    "",
  ].join("\n");
}
