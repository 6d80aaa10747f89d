import { isList, record } from "../../core/manifest/json.ts";
import { cloudOfUrn } from "../../core/plan/cloud.ts";
import { objectOfUrn, ownerOfUrn, parseUrn, type ObjectIdentity } from "../../core/plan/identity.ts";
import type { HeldObject } from "../../core/safety/removal.ts";
import type { StateExport } from "../engine/types.ts";

/** An object that the state of a stack knows. */
export interface StateObject extends ObjectIdentity {
  /** `application/<name>` or `tenant/<name>`. */
  readonly owner: string;
  readonly resourceName: string;
  readonly apiVersion: string;
  /** Kind without its group. */
  readonly plainKind: string;
}

/** The Kubernetes objects of a state, in its order. Those that wait for their deletion are left out. */
export function stateObjects(state: StateExport): readonly StateObject[] {
  const resources = state.deployment["resources"];
  return (isList(resources) ? resources : []).flatMap((entry) => {
    const { urn, parent, delete: leaving } = record(entry);
    if (typeof urn !== "string" || typeof parent !== "string" || leaving === true) return [];
    const identity = objectOfUrn(urn);
    const owner = ownerOfUrn(parent);
    const parsed = parseUrn(urn);
    const [, version, plainKind] = parsed?.type.split(":") ?? [];
    if (identity === undefined || owner === undefined || parsed === undefined) return [];
    if (version === undefined || plainKind === undefined) return [];
    return [{ ...identity, owner, resourceName: parsed.name, apiVersion: version.replace(/^core\//, ""), plainKind }];
  });
}

/** What a state holds of clusters at AWS. */
export function stateParts(state: StateExport): readonly HeldObject[] {
  const resources = state.deployment["resources"];
  return (isList(resources) ? resources : []).flatMap((entry): readonly HeldObject[] => {
    const { urn, delete: leaving } = record(entry);
    const part = typeof urn === "string" && leaving !== true ? cloudOfUrn(urn) : undefined;
    return part === undefined ? [] : [{ ...part, owner: `cluster/${part.cluster}` }];
  });
}
