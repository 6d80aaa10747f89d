import { errorFinding, type Finding } from "../../core/errors/finding.ts";
import { namespaceOf, type KubernetesObject } from "../../core/manifest/manifest.ts";
import { resourceName } from "../../core/plan/identity.ts";
import { endClaims } from "../../core/takeover/claims.ts";
import { ApiError } from "../../live/api-error.ts";
import { isKubernetesObject } from "../../live/json.ts";
import type { ClaimedObject } from "./find.ts";

/** How often an object is read again that changes between being read and being written. */
const attempts = 5;

/**
 * Ends the claims of field managers on objects. What the API server refuses is among the findings; the others are done
 * all the same. Throws CLUSTER_UNREACHABLE.
 */
export async function endAllClaims(
  objects: readonly ClaimedObject[],
  managers: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const ended = await Promise.all(
    objects.map(async (object) => {
      try {
        await end(object, managers);
        return [];
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const name = resourceName(object.server.cluster, object.live);
        const message = `${name}: the claims on it cannot be ended: ${error.message}.`;
        return [errorFinding("OBJECT_REFUSED", message, "See to what the API server says; then run it again.")];
      }
    }),
  );
  return ended.flat();
}

async function end({ server, live }: ClaimedObject, managers: ReadonlySet<string>): Promise<void> {
  const { apiVersion, kind } = live;
  const namespace = namespaceOf(live);
  let seen: KubernetesObject = live;
  for (let left = attempts; ; left -= 1) {
    const patch = endClaims(seen, managers);
    if (patch.length === 0) return;
    try {
      await server.patchJson(seen, namespace, patch);
      return;
    } catch (error) {
      if (left === 0 || !(error instanceof ApiError) || (error.status !== 422 && error.status !== 409)) throw error;
    }
    const again = await server.read(apiVersion, kind, namespace, live.metadata.name, true);
    if (again === undefined || !isKubernetesObject(again)) return;
    seen = again;
  }
}
