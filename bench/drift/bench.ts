import type { Tool, ToolName } from "../../toolchain/toolchain.ts";
import type { Arena } from "../contestants/contestant.ts";
import { startInjectingWebhook } from "../../test/support/injecting-webhook.ts";
import { writeManifests } from "../contestants/peers.ts";
import { timedRun } from "../timed-run.ts";
import { definition, extraObjects, makeWorld, namespaces, type Driftless } from "./world.ts";
import { driftlessDrift, fluxDiff, kubectlDiff, refreshedPreview } from "./detectors.ts";
import { kubectlIn } from "./kubectl.ts";
import { enlarge } from "./large.ts";
import { makeNoise, type Noise } from "./noise.ts";
import { measureScan, measureSpeed, type Speed, type Usage } from "./speed.ts";
import type { WatchLatency } from "./watch.ts";
import { measureTable, type DriftTable } from "./drift-table.ts";

/** How much is measured. */
export interface DriftPlan {
  /** Objects of the large environment, as a multiple of the small one; 1: none. */
  readonly times: number;
  /** Minutes of noise that are played. */
  readonly minutes: number;
}

/** What looking for drift costs, and what it finds. */
export interface DriftBenchReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "DriftBenchReport";
  readonly speed: readonly Speed[];
  readonly scans: readonly (Usage & { readonly objects: number })[];
  readonly noise: Noise;
  readonly table: DriftTable;
  /** Absent where nothing was watched. */
  readonly watch?: WatchLatency;
}

/** Measures all of it on one cluster: every contestant has the same objects, in a namespace of its own. */
export async function benchDrift(
  arena: Arena,
  tools: ReadonlyMap<ToolName, Tool>,
  { times, minutes }: DriftPlan,
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
    await applyAll(arena, driftless, [kubectl, flux], manifests);
    const objects = arena.scale.objects + extraObjects("").length;
    arena.progress("nothing drifted: each looks for drift");
    const speed = await measureSpeed([...detectors, preview], objects);
    const scans = [{ objects, ...(await measureScan(driftless)) }];
    const noise = await makeNoise(arena, driftless, kubectl, minutes);
    const table = await measureTable(arena, kubectl, [...detectors, preview]);
    if (times > 1) {
      arena.progress("driftless: all anew");
      await driftless.run(["destroy", "bench", "--yes"]);
      await driftless.run(["up", "bench", "--yes"]);
      const large = await enlarge(arena, driftless, tools, times);
      arena.progress(`nothing drifted among ${large} objects`);
      scans.push({ objects: large, ...(await measureScan(driftless)) });
    }
    return { apiVersion: "driftless.dev/v1alpha1", kind: "DriftBenchReport", speed, scans, noise, table };
  } finally {
    await webhook.close();
    await driftless.project.remove();
  }
}

/** Every contestant applies its objects. */
async function applyAll(
  arena: Arena,
  driftless: Driftless,
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
  arena.progress("driftless: up");
  await driftless.run(["up", "bench", "--yes"]);
}
