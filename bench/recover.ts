import type { Arena } from "./contestants/contestant.ts";
import { runRecovery } from "./contestants/driftless.ts";
import { applyAll } from "./contestants/peers.ts";
import { align } from "./table.ts";

/** Seconds of whole commands that bring everything onto an empty cluster and wait until it is healthy. */
export interface RecoverReport {
  readonly apiVersion: "driftless.dev/v1alpha1";
  readonly kind: "RecoverReport";
  readonly objects: number;
  readonly workloads: number;
  /** The first `driftless up`. */
  readonly up: number;
  /** `driftless recover` after the cluster was lost. */
  readonly recover: number;
  /** `kubectl apply --server-side` and `kubectl wait`, after it was lost again. */
  readonly kubectl: number;
}

/**
 * Loses a cluster with all that it holds, twice: Driftless makes it again from Git, then kubectl.
 * @param lose puts an empty cluster in the place of the arena's
 */
export async function benchRecover(arena: Arena, kubectl: string, lose: () => Promise<void>): Promise<RecoverReport> {
  const { up, recover } = await runRecovery(arena, lose);
  await lose();
  return {
    apiVersion: "driftless.dev/v1alpha1",
    kind: "RecoverReport",
    objects: arena.scale.objects,
    workloads: arena.scale.applications,
    ...{ up, recover },
    kubectl: await applyAll(arena, kubectl),
  };
}

/** The report as a person reads it. */
export function formatRecover({ objects, workloads, up, recover, kubectl }: RecoverReport): string {
  const row = (name: string, seconds: number): string[] => [
    ...[name, seconds.toFixed(1)],
    `${(seconds / kubectl).toFixed(2)} of kubectl`,
  ];
  return [
    `${objects} objects (${workloads} Deployments) onto an empty cluster, until all are healthy`,
    "",
    align([
      ["", "seconds", ""],
      row("driftless up, the first time", up),
      row("driftless recover, the cluster lost", recover),
      row("kubectl apply --server-side and wait", kubectl),
    ]),
    "",
  ].join("\n");
}
