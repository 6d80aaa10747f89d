import { isList, record } from "../../core/manifest/json.ts";
import type { JsonObject } from "../../core/manifest/manifest.ts";
import {
  actingAt,
  actingForObjects,
  actingForPlan,
  parseTenantProvider,
  type ActingTenants,
  type DeployedApplication,
} from "../../core/plan/acting.ts";
import { ownerOfUrn, parseResourceName, parseUrn } from "../../core/plan/identity.ts";
import { stepOfUrn } from "../../core/plan/step-name.ts";
import { asText } from "./text.ts";
import type { Operation, Outcome } from "./run.ts";
import type { RunOptions, StateExport } from "./types.ts";

/** By application: the digest that it last came up with, as its last gate in the state says. */
export function passedDigests(state: StateExport | undefined): ReadonlyMap<string, string> {
  const passed = new Map<string, string>();
  for (const resource of resourcesOf(state)) {
    const step = stepOfUrn(asText(resource["urn"]));
    if (step?.kind !== "gate" || step.point !== "ready") continue;
    const digest = record(record(resource["inputs"])["input"])["digest"];
    const application = /^application\/(.+)$/.exec(step.owner)?.[1];
    if (application !== undefined && typeof digest === "string") passed.set(application, digest);
  }
  return passed;
}

/** A preview of everything. */
interface PreviewRequest {
  readonly run: Pick<RunOptions, "deployed">;
  readonly state: StateExport | undefined;
  readonly refresh: boolean;
}

/**
 * Previews with those tenants acting of which the state does not say that all is as planned. Where the engine finds
 * that something of another one changes, it previews again with that one acting: what a preview shows, the cluster has
 * been asked about with the rights that will apply it. A comparison with the clusters finds drift, which does not count.
 */
export async function previewActing<Found extends Pick<Outcome, "changes">>(
  { run: { deployed }, state, refresh }: PreviewRequest,
  preview: (acting: ActingTenants | undefined) => Promise<Found>,
): Promise<Found> {
  if (deployed === undefined) return preview(undefined);
  const expected = actingForPlan(deployed, passedDigests(state));
  if (refresh) return preview(union(expected, actingInState(state)));
  const found = await preview(expected);
  const changing = actingForObjects(deployed, found.changes);
  return [...changing].every((each) => expected.has(each)) ? found : preview(union(expected, changing));
}

/** Tenants that act in an update: those of which the preview found a change. Undefined: all. */
export function actingInUpdate(
  { kind, deployed, refresh }: Pick<Operation, "kind" | "deployed" | "refresh">,
  changes: Outcome["changes"] | undefined,
  state: StateExport | undefined,
): ActingTenants | undefined {
  if (kind !== "up" || deployed === undefined || changes === undefined) return undefined;
  const changing = actingForObjects(deployed, changes);
  return refresh === true ? union(changing, actingInState(state)) : changing;
}

/** Tenants that act where only some objects are looked at: theirs, and those that others are reached through. */
export function actingForTargets(
  deployed: readonly DeployedApplication[] | undefined,
  state: StateExport | undefined,
  urns: readonly string[],
): ActingTenants | undefined {
  if (deployed === undefined) return undefined;
  const wanted = new Set(urns);
  const objects = resourcesOf(state).flatMap((resource) => {
    const urn = asText(resource["urn"]);
    const identity = wanted.has(urn) ? parseResourceName(parseUrn(urn)?.name ?? "") : undefined;
    const owner = ownerOfUrn(asText(resource["parent"]));
    return identity === undefined || owner === undefined ? [] : [{ owner, cluster: identity.cluster }];
  });
  return union(actingForObjects(deployed, objects), actingInState(state));
}

/**
 * Tenants whose own providers the state holds. The engine leaves an object alone, as it is told, only if the program has
 * the provider that the state names for it; and it reads objects with the credentials of today only through a provider
 * that the program has.
 */
function actingInState(state: StateExport | undefined): ActingTenants {
  const names = resourcesOf(state).flatMap((resource) => {
    const urn = parseUrn(asText(resource["urn"]));
    return urn?.type === "pulumi:providers:kubernetes" ? [urn.name] : [];
  });
  const providers = names.flatMap((name) => parseTenantProvider(name) ?? []);
  return new Set(providers.map(({ cluster, tenant }) => actingAt(cluster, tenant)));
}

function resourcesOf(state: StateExport | undefined): readonly JsonObject[] {
  const resources = state?.deployment["resources"];
  return isList(resources) ? resources.map(record) : [];
}

function union(one: ActingTenants, other: ActingTenants): ActingTenants {
  return new Set([...one, ...other]);
}
