import type { KubeconfigContext } from "../../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../../core/environment/spec.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { unreachable } from "../../live/api-server.ts";
import { ClusterFollow, type ClusterListener } from "../../live/follow-cluster.ts";
import type { WatchScope } from "./watch-types.ts";
import type { WatchedObject } from "./watched-objects.ts";

interface Followed {
  readonly follow: ClusterFollow<WatchedObject>;
  readonly spec: string;
  isReady: boolean;
}

/** The clusters of an environment, followed; which ones they are may change. */
export class WatchedClusters {
  readonly #environment: string;
  readonly #context: KubeconfigContext & { readonly signal?: AbortSignal };
  readonly #listener: ClusterListener<WatchedObject>;
  readonly #followed = new Map<string, Followed>();
  readonly #lost = new Set<string>();

  constructor(
    environment: string,
    context: KubeconfigContext & { readonly signal?: AbortSignal },
    listener: ClusterListener<WatchedObject>,
  ) {
    this.#environment = environment;
    this.#context = context;
    this.#listener = listener;
  }

  /** True once every cluster has told of everything, or is known not to. */
  get isReady(): boolean {
    return [...this.#followed.values()].every(({ isReady }) => isReady);
  }

  /** True for a cluster of which nothing is known at the moment. */
  isLost(cluster: string): boolean {
    return this.#lost.has(cluster) || !this.#followed.has(cluster);
  }

  /** How much is followed. */
  scope(): Pick<WatchScope, "kinds" | "clusters" | "unlisted"> {
    const all = [...this.#followed.values()].map(({ follow }) => follow);
    return {
      kinds: all.reduce((sum, { kinds }) => sum + kinds, 0),
      clusters: [...this.#followed.keys()].sort(),
      unlisted: all.flatMap(({ unlisted }) => unlisted),
    };
  }

  /** Follows these objects on these clusters, and nothing else. */
  follow(clusters: Readonly<Record<string, ClusterSpec>>, objects: readonly WatchedObject[]): void {
    const byCluster = Map.groupBy(objects, ({ cluster }) => cluster);
    for (const [cluster, { follow, spec }] of [...this.#followed]) {
      if (JSON.stringify(clusters[cluster]) === spec) continue;
      follow.close();
      this.#followed.delete(cluster);
    }
    for (const [cluster, spec] of Object.entries(clusters)) {
      const targets = byCluster.get(cluster) ?? [];
      const known = this.#followed.get(cluster);
      if (known !== undefined) known.follow.retarget(targets);
      else this.#open(cluster, spec, targets);
    }
    for (const cluster of byCluster.keys()) {
      const [finding] = unreachable(cluster, undefined, "the environment no longer names it").findings;
      if (clusters[cluster] === undefined) this.#say(cluster, finding);
    }
    for (const cluster of [...this.#lost]) {
      if (clusters[cluster] === undefined && !byCluster.has(cluster)) this.#say(cluster, undefined);
    }
  }

  /** Asks for an object now. Throws ApiError and CLUSTER_UNREACHABLE. */
  read(object: WatchedObject): Promise<KubernetesObject | undefined> {
    const followed = this.#followed.get(object.cluster);
    if (followed === undefined) throw unreachable(object.cluster, undefined, "the environment no longer names it");
    return followed.follow.read(object);
  }

  /** Ends it. */
  close(): void {
    for (const { follow } of this.#followed.values()) follow.close();
  }

  #open(cluster: string, spec: ClusterSpec, targets: readonly WatchedObject[]): void {
    const input = { environment: this.#environment, cluster, spec, targets, context: this.#context };
    const follow = new ClusterFollow(input, {
      ...this.#listener,
      onProblem: (problem) => {
        if (problem.kind !== undefined) this.#listener.onProblem(problem);
        else this.#say(cluster, problem.finding);
      },
      onReady: () => {
        const followed = this.#followed.get(cluster);
        if (followed !== undefined) followed.isReady = true;
        this.#listener.onReady(cluster);
      },
    });
    this.#followed.set(cluster, { follow, spec: JSON.stringify(spec), isReady: false });
  }

  #say(cluster: string, finding: Parameters<ClusterListener<WatchedObject>["onProblem"]>[0]["finding"]): void {
    if (finding === undefined) this.#lost.delete(cluster);
    else this.#lost.add(cluster);
    this.#listener.onProblem(finding === undefined ? { cluster } : { cluster, finding });
  }
}
