import { isList, record } from "../../core/manifest/json.ts";
import { kindGroup, namespaceOf, type KubernetesObject } from "../../core/manifest/manifest.ts";
import { objectOfUrn, ownerOfUrn, parseUrn } from "../../core/plan/identity.ts";
import { ownerAnnotations } from "../../core/plan/ownership.ts";
import type { ScanTarget } from "../../live/scan.ts";
import { liveObject } from "../engine/live-object.ts";
import type { StateExport } from "../engine/types.ts";

/** An object of a stack: where it is, and what the state says of it. */
export interface StateResource extends ScanTarget {
  /** `application/<name>` or `tenant/<name>`. */
  readonly owner: string;
  readonly kindGroup: string;
  /** What was applied; what a Secret holds is encrypted. */
  readonly inputs: KubernetesObject;
  /** When it was last applied: ISO 8601, UTC. */
  readonly applied?: string;
}

/** The objects of a state, in its order, without those that wait for their deletion. */
export function stateResources(state: StateExport): readonly StateResource[] {
  const { resources } = state.deployment;
  return (isList(resources) ? resources : []).flatMap((entry) => {
    const { urn, parent, delete: leaving, inputs, modified } = record(entry);
    if (typeof urn !== "string" || leaving === true) return [];
    const object = liveObject(record(inputs));
    const identity = objectOfUrn(urn);
    if (identity === undefined || object === undefined) return [];
    const namespace = namespaceOf(object);
    return [
      {
        owner: (typeof parent === "string" ? ownerOfUrn(parent) : undefined) ?? "environment",
        resourceName: parseUrn(urn)?.name ?? urn,
        cluster: identity.cluster,
        apiVersion: object.apiVersion,
        kind: object.kind,
        kindGroup: kindGroup(object),
        ...(namespace === undefined ? {} : { namespace }),
        name: object.metadata.name,
        inputs: object,
        ...(typeof modified === "string" ? { applied: modified } : {}),
      },
    ];
  });
}

/** File in the source that an object came from; undefined for what Driftless writes itself. */
export function originOf({ inputs }: Pick<StateResource, "inputs">): string | undefined {
  const origin = record(inputs.metadata["annotations"])[ownerAnnotations.origin];
  return typeof origin === "string" ? origin : undefined;
}

/** What the engine last saw of each object of a state on its cluster, right after it had applied it, by resource name. */
export function seenObjects(state: StateExport): ReadonlyMap<string, KubernetesObject> {
  const { resources } = state.deployment;
  const seen = (isList(resources) ? resources : []).flatMap((entry) => {
    const { urn, delete: leaving, outputs } = record(entry);
    if (typeof urn !== "string" || leaving === true || objectOfUrn(urn) === undefined) return [];
    const object = liveObject(record(outputs));
    return object === undefined ? [] : [[parseUrn(urn)?.name ?? urn, object] as const];
  });
  return new Map(seen);
}
