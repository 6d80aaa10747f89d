import { setTimeout as sleep } from "node:timers/promises";
import { throwErrors } from "../../core/errors/error.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { isList, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import { ApiServer } from "../../live/api-server.ts";
import type { SoughtObject } from "../../live/existing.ts";
import type { ClusterAccess } from "./foreign.ts";
import { asText } from "./text.ts";

/** An object that is being deleted. */
export interface TerminatingObject extends SoughtObject {
  readonly cluster: string;
}

const everyMs = 1_000;

/**
 * Waits until objects that are being deleted are gone.
 * @throws {DriftlessError} what `explain` makes of each that is still there in the end.
 */
export async function untilGone(
  objects: readonly TerminatingObject[],
  { clusters, context }: ClusterAccess,
  timeoutSeconds: number,
  explain: (object: TerminatingObject, finalizers: readonly string[]) => Finding,
): Promise<void> {
  const deadline = performance.now() + timeoutSeconds * 1_000;
  const left = objects.map(async (object): Promise<readonly Finding[]> => {
    const spec = clusters[object.cluster];
    if (spec === undefined) return [];
    const server = await ApiServer.open(object.cluster, spec, context);
    const { apiVersion, kind, namespace, name } = object;
    for (;;) {
      const live = await server.read(apiVersion, kind, namespace, name);
      if (live === undefined) return [];
      // Somebody made it anew: it is adopted, or refused, like any other.
      if (record(live["metadata"])["deletionTimestamp"] === undefined) return [];
      if (performance.now() >= deadline) return [explain(object, finalizersOf(live))];
      await sleep(everyMs, undefined, context.signal === undefined ? {} : { signal: context.signal });
    }
  });
  throwErrors((await Promise.all(left)).flat());
}

/** Of a Namespace they stand in its spec too. */
function finalizersOf(live: JsonObject): readonly string[] {
  const lists = [record(live["metadata"])["finalizers"], record(live["spec"])["finalizers"]];
  return lists.flatMap((list) => (isList(list) ? list.map(asText) : []));
}
