import type { Tool, ToolName } from "../../toolchain/toolchain.ts";
import type { Arena } from "../contestants/contestant.ts";
import { startInjectingWebhook } from "../../test/support/injecting-webhook.ts";
import { writeManifests } from "../contestants/peers.ts";
import { timedRun } from "../timed-run.ts";
import { definition, extraObjects, makeWorld, namespaces } from "./world.ts";
import { driftlessDrift, fluxDiff, kubectlDiff, refreshedPreview } from "./detectors.ts";
import { kubectlIn } from "./kubectl.ts";
import { enlarge } from "./large.ts";
import { makeNoise, type Noise } from "./noise.ts";
import { measureScan, measureSpeed, type Speed, type Usage } from "./speed.ts";
import { measureHealing, measureWatch, type HealLatency, type WatchLatency } from "./watch.ts";
import { measureTable, type DriftTable } from "./drift-table.ts";

/** How much is measured. */
export interface DriftPlan {
  /** Objects of the large environment, as a multiple of the small one; 1: none. */
  readonly times: number;
  /** Minutes of noise that are played. */
  readonly minutes: number;
  /** What is measured; the objects that it needs are applied in any case. */
  readonly parts: ReadonlySet<DriftPart>;
}

/** Parts of the benchmark, in their order. `large` scans `times` as many objects. */
export const driftParts = ["speed", "noise", "table", "heal", "watch", "large"] as const;
export type DriftPart = (typeof driftParts)[number];

/** What looking for drift costs, and what it finds. */
export interface DriftBenchReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "DriftBenchReport";
  /** Undefined, as are the others, where it was not asked for. */
  readonly speed: readonly Speed[] | undefined;
  readonly scans: readonly (Usage & { readonly objects: number })[];
  readonly noise: Noise | undefined;
  readonly table: DriftTable | undefined;
  readonly heal: HealLatency | undefined;
  readonly watch: WatchLatency | undefined;
}

/** Measures all of it on one cluster: every contestant has the same objects, in a namespace of its own. */
export async function benchDrift(
  arena: Arena,
  tools: ReadonlyMap<ToolName, Tool>,
  { times, minutes, parts }: DriftPlan,
): Promise<DriftBenchReport> {
  const kubectl = tools.get("kubectl")?.path ?? "kubectl";
  const flux = tools.get("flux-ssa")?.path ?? "flux-ssa";
  const driftless = await makeWorld(arena);
  const hands = kubectlIn(arena, kubectl, "default");
  const webhook = await startInjectingWebhook({ kubectl: hands.run }, arena.folder);
  try {
    await hands.create(definition);
    const manifests = {
      kubectl: await writeManifests(arena, namespaces.kubectl, extraObjects(namespaces.kubectl)),
      flux: await writeManifests(arena, namespaces.flux, extraObjects(namespaces.flux)),
    };
    const detectors = [
      driftlessDrift(driftless),
      kubectlDiff(arena, kubectl, manifests.kubectl),
      fluxDiff(arena, flux, manifests.flux),
    ];
    const preview = refreshedPreview(driftless);
    if (parts.has("speed") || parts.has("table")) await applyPeers(arena, [kubectl, flux], manifests);
    arena.progress("driftless: up");
    await driftless.run(["up", "bench", "--yes"]);
    arena.progress("nothing drifted: each looks for drift");
    const objects = arena.scale.objects + extraObjects("").length;
    const speed = parts.has("speed") ? await measureSpeed([...detectors, preview], objects) : undefined;
    const scans = [{ objects, ...(await measureScan(driftless)) }];
    const noise = parts.has("noise") ? await makeNoise(arena, driftless, kubectl, minutes) : undefined;
    const table = parts.has("table") ? await measureTable(arena, kubectl, [...detectors, preview]) : undefined;
    const anew = async (): Promise<void> => {
      arena.progress("driftless: all anew");
      await driftless.run(["destroy", "bench", "--yes"]);
      await driftless.run(["up", "bench", "--yes"]);
    };
    if (table !== undefined && (parts.has("heal") || parts.has("watch") || parts.has("large"))) await anew();
    let heal: HealLatency | undefined;
    if (parts.has("heal")) {
      arena.progress("watch and heal: from a change to its end");
      heal = await measureHealing(arena, driftless, kubectl, healings);
    }
    let watch: WatchLatency | undefined;
    if (parts.has("watch")) {
      arena.progress("watch: from a change to its report");
      watch = await measureWatch(arena, driftless, kubectl, changes);
      if (parts.has("large")) await anew();
    }
    if (parts.has("large")) {
      const large = await enlarge(arena, driftless, tools, times);
      arena.progress(`nothing drifted among ${large} objects`);
      scans.push({ objects: large, ...(await measureScan(driftless)) });
    }
    return { apiVersion: "driftless.dev/v1alpha1", kind: "DriftBenchReport", scans, speed, noise, table, heal, watch };
  } finally {
    await webhook.close();
    await driftless.project.remove();
  }
}

/** How many changes are watched. */
const changes = 200;
/** How many of them are healed: each is a run of the engine. */
const healings = 20;

/** The others apply their objects. */
async function applyPeers(
  arena: Arena,
  [kubectl, flux]: readonly [kubectl: string, flux: string],
  manifests: Readonly<Record<"kubectl" | "flux", string>>,
): Promise<void> {
  const { env, kubeconfig, folder } = arena;
  const options = { cwd: folder, env: { ...env, KUBECONFIG: kubeconfig } };
  arena.progress("flux: apply");
  await timedRun(flux, ["apply", kubeconfig, manifests.flux], options);
  arena.progress("kubectl: apply");
  await timedRun(kubectl, ["apply", "--server-side", "-f", manifests.kubectl], options);
  const wait = ["wait", "deployment", "--all", "-n", namespaces.kubectl, "--for=condition=Available", "--timeout=10m"];
  await timedRun(kubectl, wait, options);
}
