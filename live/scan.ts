import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { DriftlessError } from "../core/errors/error.ts";
import type { Finding } from "../core/errors/finding.ts";
import type { KubernetesObject } from "../core/manifest/manifest.ts";
import { ApiServer, unreachable } from "./api-server.ts";
import type { SoughtObject } from "./existing.ts";
import { findClaimed, unclaimed, type Claimed } from "./claimed.ts";
import { scanKind } from "./scan-kind.ts";

/** An object that is to be looked at. */
export interface ScanTarget extends SoughtObject {
  readonly resourceName: string;
  readonly cluster: string;
}

/** What is asked of the clusters. */
export interface ScanRequest<Target extends ScanTarget> {
  readonly environment: string;
  readonly targets: readonly Target[];
  readonly clusters: Readonly<Record<string, ClusterSpec>>;
  readonly context: KubeconfigContext & { readonly signal?: AbortSignal | undefined };
  /** Whether to look for objects of the environment that are no targets. Default: false. */
  readonly orphans?: boolean;
  /** Called once for each target, page by page, with what its cluster holds; undefined: it holds no such object. */
  readonly onObject: (target: Target, live: KubernetesObject | undefined) => void;
}

/** Something that could not be looked at: of these targets nothing is known. */
export interface ScanError<Target extends ScanTarget> {
  readonly cluster: string;
  /** `Kind.group`; absent where nothing of the cluster could be read. */
  readonly kind?: string;
  readonly finding: Finding;
  readonly targets: readonly Target[];
}

/** What a scan found beside its targets. */
export interface Scan<Target extends ScanTarget> {
  /** Objects that say that they are of this environment and are no targets. */
  readonly orphans: readonly Claimed[];
  readonly errors: readonly ScanError<Target>[];
  /** `Kind.group on cluster`: orphans among these were not looked for. */
  readonly unlisted: readonly string[];
}

/** What the scan of one cluster found. */
interface ClusterScan<Target extends ScanTarget> extends Omit<Scan<Target>, "orphans"> {
  readonly claimed: readonly Claimed[];
  /** Ids of the targets that are there. */
  readonly known: ReadonlySet<string>;
}

/**
 * Looks at the live objects of an environment: one LIST, page by page, per kind and cluster, all at once, by the label that
 * all of them carry; a GET for each that no list showed, because somebody may have taken the label away. No object is kept.
 * What cannot be read is an error of its cluster or kind, never an absence; nothing but an aborted signal is thrown.
 */
export async function scan<Target extends ScanTarget>(request: ScanRequest<Target>): Promise<Scan<Target>> {
  const { targets, clusters } = request;
  const byCluster = Map.groupBy(targets, ({ cluster }) => cluster);
  const names = new Set([...Object.keys(clusters), ...byCluster.keys()]);
  const scans = await Promise.all(
    [...names].map((cluster) => scanCluster(request, cluster, byCluster.get(cluster) ?? [])),
  );
  return {
    orphans: unclaimed(
      scans.flatMap(({ claimed }) => claimed),
      new Set(scans.flatMap(({ known }) => [...known])),
    ),
    errors: scans.flatMap(({ errors }) => errors),
    unlisted: scans.flatMap(({ unlisted }) => unlisted),
  };
}

async function scanCluster<Target extends ScanTarget>(
  { environment, clusters, context, orphans = false, onObject }: ScanRequest<Target>,
  cluster: string,
  targets: readonly Target[],
): Promise<ClusterScan<Target>> {
  const known = new Set<string>();
  const open = new Set(targets);
  let failed = false;
  const visit = (target: Target, live: KubernetesObject | undefined): void => {
    // What was still under way when the cluster got lost counts as not read.
    if (failed) return;
    open.delete(target);
    if (typeof live?.metadata["uid"] === "string") known.add(live.metadata["uid"]);
    onObject(target, live);
  };
  try {
    const spec = clusters[cluster];
    if (spec === undefined) throw unreachable(cluster, undefined, "the environment no longer names it");
    const server = await ApiServer.open(cluster, spec, context);
    const kinds = Map.groupBy(targets, ({ apiVersion, kind }) => `${apiVersion}/${kind}`);
    const own = [...kinds.values()].map((members) => scanKind(server, members, environment, visit));
    const others = orphans ? findClaimed(server, environment, new Set(kinds.keys())) : { claimed: [], unlisted: [] };
    const [scans, beyond] = await Promise.all([Promise.all(own), others]);
    return {
      known,
      claimed: orphans ? [...scans.flatMap(({ claimed }) => claimed), ...beyond.claimed] : [],
      errors: scans.flatMap(({ errors }) => errors),
      unlisted: orphans ? [...scans.flatMap(({ unlisted }) => unlisted), ...beyond.unlisted] : [],
    };
  } catch (error) {
    context.signal?.throwIfAborted();
    failed = true;
    if (!(error instanceof DriftlessError)) throw error;
    const errors = error.findings.map((finding) => ({ cluster, finding, targets: [...open] }));
    return { known, claimed: [], errors, unlisted: [] };
  }
}
