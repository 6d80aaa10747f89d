import type { Finding } from "../../core/errors/finding.ts";
import { compareObjects } from "../../core/plan/order.ts";
import { isOwned } from "../../core/plan/owned.ts";
import { objectSettings } from "../../core/plan/settings.ts";
import { ApiError, ApiServer } from "../../live/api-server.ts";
import { isKubernetesObject } from "../../live/json.ts";
import { ClusterWatch } from "../../live/watch.ts";
import type { ClusterAccess } from "./foreign.ts";
import type { Orphan } from "./orphans.ts";
import type { RunFailure } from "./run-failed.ts";
import { asText, objectText } from "./text.ts";
import type { RunProgress } from "./types.ts";

/** How long the objects of one kind may take to go. */
const timeoutSeconds = 120;

/** What to delete, and who hears of it. */
export interface OrphanDeletion {
  readonly environment: string;
  readonly orphans: readonly Orphan[];
  readonly access: ClusterAccess;
  onProgress?(progress: RunProgress): void;
}

/**
 * Deletes orphans, on each cluster kind by kind in the reverse of the order in which they are created, and waits until
 * they are gone. Each is looked at again first: only the very object that was shown, and only if it is still ours.
 * Returns what could not be deleted. Throws CLUSTER_UNREACHABLE.
 */
export async function deleteOrphans(deletion: OrphanDeletion): Promise<readonly RunFailure[]> {
  const { orphans, access } = deletion;
  const byCluster = Map.groupBy(orphans, ({ change }) => change.cluster);
  const failures = await Promise.all(
    [...byCluster].map(async ([cluster, ours]) => {
      const spec = access.clusters[cluster];
      return spec === undefined ? [] : deleteOn(await ApiServer.open(cluster, spec, access.context), ours, deletion);
    }),
  );
  return failures.flat();
}

async function deleteOn(
  server: ApiServer,
  orphans: readonly Orphan[],
  deletion: OrphanDeletion,
): Promise<readonly RunFailure[]> {
  const { signal } = deletion.access.context;
  const failures: RunFailure[] = [];
  const watch = new ClusterWatch(new Map([[server.cluster, server]]));
  let done = 0;
  const report = ({ change }: Orphan, state: RunProgress["state"]): void => {
    if (state !== "started") done += 1;
    deletion.onProgress?.({ change, state, done });
  };
  const fail = (orphan: Orphan, reason: string): void => {
    failures.push({ owner: orphan.change.owner, finding: notDeleted(orphan, reason) });
    report(orphan, "failed");
  };
  try {
    const reversed = orphans.toSorted((left, right) => compareObjects(right.object, left.object));
    for (const kind of Map.groupBy(reversed, ({ change }) => change.kind).values()) {
      const asked: Orphan[] = [];
      await Promise.all(
        kind.map(async (orphan) => {
          report(orphan, "started");
          try {
            if (await askToDelete(server, orphan, deletion.environment)) asked.push(orphan);
            else report(orphan, "done");
          } catch (error) {
            if (!(error instanceof ApiError)) throw error;
            fail(orphan, error.message);
          }
        }),
      );
      const targets = asked.map(({ resourceName, object }) => ({ resourceName, cluster: server.cluster, object }));
      const left = new Set(await watch.untilGone(targets, { timeoutSeconds, signal }));
      for (const orphan of asked) {
        if (!left.has(orphan.resourceName)) report(orphan, "done");
        else fail(orphan, `it is still there ${timeoutSeconds} s after its deletion was asked for; see its finalizers`);
      }
    }
    return failures;
  } finally {
    watch.close();
  }
}

/** False if it is gone, another one, or not ours any more. */
async function askToDelete(server: ApiServer, { object, uid }: Orphan, environment: string): Promise<boolean> {
  const { apiVersion, kind, metadata } = object;
  const live = await server.read(apiVersion, kind, asText(metadata["namespace"]) || undefined, metadata.name, true);
  if (live === undefined || !isKubernetesObject(live)) return false;
  if (live.metadata["uid"] !== uid || !isOwned(environment, live)) return false;
  return server.delete(live, { uid, propagation: objectSettings(live).propagation });
}

function notDeleted({ change }: Orphan, reason: string): Finding {
  return {
    code: "UPDATE_FAILED",
    severity: "error",
    message: `${objectText(change)} could not be deleted: ${reason}.`,
    fix: "Mend what it says and run it again.",
  };
}
