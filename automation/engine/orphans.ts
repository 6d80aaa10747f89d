import { kindGroup, namespaceOf, type KubernetesObject } from "../../core/manifest/manifest.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { objectOfUrn, ownerOfUrn, parseUrn, resourceName } from "../../core/plan/identity.ts";
import { ownerOf } from "../../core/plan/owned.ts";
import { annotatedSettings } from "../../core/plan/settings.ts";
import type { Removal } from "../../core/safety/removal.ts";
import { ApiServer } from "../../live/api-server.ts";
import { ownedObjects, type OwnedObjects } from "../../live/owned.ts";
import type { ClusterAccess } from "./foreign.ts";
import { asText, objectText } from "./text.ts";
import type { Diagnostic, PreviewResult } from "./types.ts";

/** An object of this environment that neither its plan nor its state knows. */
export interface Orphan {
  readonly change: ObjectChange;
  readonly resourceName: string;
  readonly uid: string;
  /** Its metadata only. */
  readonly object: KubernetesObject;
}

/** What the clusters hold beyond what is known. */
export interface Leftovers {
  /** To be deleted. */
  readonly orphans: readonly Orphan[];
  /** Of owners that this environment does not have: another project may use its name. Left alone. */
  readonly strangers: readonly Orphan[];
  /** `Kind.group on cluster`: could not be listed. */
  readonly unlisted: readonly string[];
}

/** What is known of an environment. */
export interface Known {
  /** URNs of all resources that its plan wants or its state holds. */
  readonly urns: Iterable<string>;
  /** Owners that it has, or had when a run of it was killed: `application/<name>`, `tenant/<name>`. */
  readonly owners: Iterable<string>;
}

/** What each cluster holds of an environment. Throws CLUSTER_UNREACHABLE. */
export async function findOwned(
  environment: string,
  { clusters, context }: ClusterAccess,
): Promise<ReadonlyMap<string, OwnedObjects>> {
  const found = Object.entries(clusters).map(async ([cluster, spec]) => {
    const server = await ApiServer.open(cluster, spec, context);
    return [cluster, await ownedObjects(environment, server)] as const;
  });
  return new Map(await Promise.all(found));
}

/**
 * Picks what is not known. An object is the same whatever it is called: a cluster may have two names in an environment,
 * and a kind may be served by two API groups.
 */
export function leftovers(owned: ReadonlyMap<string, OwnedObjects>, known: Known): Leftovers {
  const urns = [...known.urns];
  const names = objectNames(urns);
  const owners = new Set([...known.owners, ...urns.flatMap((urn) => ownerOfUrn(urn) ?? [])]);
  const all = [...owned].flatMap(([cluster, { objects }]) => objects.map((object) => toOrphan(cluster, object)));
  const wanted = new Set(all.filter((each) => names.has(each.resourceName)).map(({ uid }) => uid));
  const rest = [...new Map(all.filter(({ uid }) => !wanted.has(uid)).map((each) => [each.uid, each])).values()];
  const { ours = [], theirs = [] } = Object.groupBy(rest, ({ change }) =>
    owners.has(change.owner) ? "ours" : "theirs",
  );
  return {
    orphans: ours,
    strangers: theirs,
    unlisted: [...owned].flatMap(([cluster, { unlisted }]) => unlisted.map((kind) => `${kind} on ${cluster}`)),
  };
}

/** Those of the orphans that a later run does not know either: another one may have made them its own meanwhile. */
export function stillOrphans(orphans: readonly Orphan[], urns: Iterable<string>): readonly Orphan[] {
  const names = objectNames(urns);
  return orphans.filter(({ resourceName }) => !names.has(resourceName));
}

function objectNames(urns: Iterable<string>): ReadonlySet<string> {
  return new Set([...urns].flatMap((urn) => (objectOfUrn(urn) === undefined ? [] : [parseUrn(urn)?.name ?? ""])));
}

/** The result of a preview with the deletion of the orphans in it, and what there is to say about the rest. */
export function withOrphans<Result extends PreviewResult>(result: Result, left: Leftovers): Result {
  const { orphans } = left;
  return {
    ...result,
    changes: [...result.changes, ...orphans.map(({ change }) => change)],
    counts: { ...result.counts, delete: result.counts.delete + orphans.length },
    removals: [...result.removals, ...orphans.map(toRemoval)],
    diagnostics: [...result.diagnostics, ...strangerWarning(left.strangers)],
  };
}

function toRemoval({ change, object }: Orphan): Removal {
  const { prune } = annotatedSettings(object);
  return { change, ...(prune === undefined ? {} : { asked: prune }) };
}

function strangerWarning(strangers: readonly Orphan[]): readonly Diagnostic[] {
  const [first] = strangers;
  if (first === undefined) return [];
  const owners = [...new Set(strangers.map(({ change }) => change.owner.replace("/", " ")))].sort();
  const count = strangers.length === 1 ? "object carries" : "objects carry";
  const message =
    `${strangers.length} ${count} the name of this environment and belong to nothing of it ` +
    `(${owners.join(", ")}), such as ${objectText(first.change)}. They are left alone: another project may use the same name.`;
  return [{ severity: "warning", message }];
}

function toOrphan(cluster: string, object: KubernetesObject): Orphan {
  const namespace = namespaceOf(object);
  const change: ObjectChange = {
    action: "delete",
    owner: ownerOf(object) ?? "environment",
    cluster,
    kind: kindGroup(object),
    ...(namespace === undefined ? {} : { namespace }),
    name: object.metadata.name,
    fields: [],
    orphan: true,
  };
  return { change, resourceName: resourceName(cluster, object), uid: asText(object.metadata["uid"]), object };
}
