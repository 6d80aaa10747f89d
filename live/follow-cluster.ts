import type { KubeconfigContext } from "../core/cluster/kubeconfig-files.ts";
import type { ClusterSpec } from "../core/environment/spec.ts";
import { DriftlessError } from "../core/errors/error.ts";
import { errorFinding, type Finding } from "../core/errors/finding.ts";
import { kindGroup, type KubernetesObject } from "../core/manifest/manifest.ts";
import { ApiError, ApiServer, unreachable } from "./api-server.ts";
import { Backoff } from "./backoff.ts";
import { KindFollow } from "./follow-kind.ts";
import { isKubernetesObject } from "./json.ts";
import { neverOurs } from "./owned.ts";
import type { ScanTarget } from "./scan.ts";

/** Hears of what a cluster holds of an environment; nothing any more once it is closed. */
export interface ClusterListener<Target extends ScanTarget> {
  /** What the cluster holds of a target; undefined: it was asked for it by name, and has none. May say the same again. */
  onObject(target: Target, live: KubernetesObject | undefined): void;
  /** An object that says that it is of the environment, and is no target: at least its metadata. */
  onClaimed(cluster: string, object: KubernetesObject): void;
  onUnclaimed(cluster: string, uid: string): void;
  /**
   * Nothing is known from now on of a kind (`Kind.group`), or, without one, of the whole cluster; without a finding, all is
   * known again. Said once.
   */
  onProblem(problem: { readonly cluster: string; readonly kind?: string; readonly finding?: Finding }): void;
  /** Every kind has been listed, or is known to have a problem. Said once. */
  onReady(cluster: string): void;
}

/** What is followed, and how to get there. */
export interface FollowInput<Target extends ScanTarget> {
  readonly environment: string;
  readonly cluster: string;
  readonly spec: ClusterSpec;
  readonly targets: readonly Target[];
  readonly context: KubeconfigContext & { readonly signal?: AbortSignal | undefined };
}

/** How often it is looked which kinds the cluster serves: new ones may hold objects that say that they are ours. */
const kindsEveryMs = 60_000;
/** A cluster that cannot be reached is looked up again in its kubeconfig: it may be elsewhere, or want other credentials. */
const reopenMs = 15_000;

/** Follows what a cluster holds of an environment: the kinds of its objects, and the metadata of all other kinds. */
export class ClusterFollow<Target extends ScanTarget> {
  readonly #input: FollowInput<Target>;
  readonly #listener: ClusterListener<Target>;
  readonly #abort = new AbortController();
  readonly #kinds = new Map<string, KindFollow<Target>>();
  /** Kinds that have not been listed yet. */
  readonly #awaited = new Set<string>();
  /** Problems by kind; of a cluster that cannot be opened, under the empty name. */
  readonly #problems = new Map<string, Problem>();
  readonly #narrow = new Set<string>();
  #targets: readonly Target[];
  #server: ApiServer | undefined;
  #isReady = false;
  #isLost = false;
  #lostAt = 0;

  constructor(input: FollowInput<Target>, listener: ClusterListener<Target>) {
    this.#input = input;
    this.#listener = listener;
    this.#targets = input.targets;
    void this.#run();
  }

  /** Kinds (`Kind.group on cluster`) among which objects that are no targets are not looked for. */
  get unlisted(): readonly string[] {
    return [...this.#narrow].map((kind) => `${kind} on ${this.#input.cluster}`).sort();
  }

  /** How many kinds are followed. */
  get kinds(): number {
    return this.#kinds.size;
  }

  /** Asks for a target now; undefined: it is not there. Throws ApiError and CLUSTER_UNREACHABLE. */
  async read({ apiVersion, kind, namespace, name }: Target): Promise<KubernetesObject | undefined> {
    const { cluster, spec } = this.#input;
    if (this.#server === undefined) throw unreachable(cluster, spec, "it has not answered yet");
    const live = await this.#server.read(apiVersion, kind, namespace, name);
    return live !== undefined && isKubernetesObject(live) ? live : undefined;
  }

  /** Follows other targets. */
  retarget(targets: readonly Target[]): void {
    this.#targets = targets;
    if (this.#server !== undefined) this.#follow(this.#server);
  }

  /** Ends it. */
  close(): void {
    this.#abort.abort();
    this.#closeKinds();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const backoff = new Backoff(signal);
    const { cluster, spec, context } = this.#input;
    let others = 0;
    while (!signal.aborted) {
      try {
        if (this.#server === undefined) {
          this.#server = await ApiServer.open(cluster, spec, context);
          this.#follow(this.#server);
          others = 0;
        }
        if (performance.now() >= others) {
          await this.#followOthers(this.#server);
          others = performance.now() + kindsEveryMs;
        }
        this.#problems.delete("");
        this.#judge();
        backoff.reset();
      } catch (error) {
        if (signal.aborted || context.signal?.aborted === true) return;
        this.#problems.set("", { finding: findingOf(cluster, error), lost: true });
        this.#judge();
      }
      await (this.#isLost || this.#problems.has("") ? backoff.pause() : pause(signal));
      if (this.#isLost && performance.now() - this.#lostAt > reopenMs) this.#reopen();
    }
  }

  #reopen(): void {
    this.#lostAt = performance.now();
    this.#closeKinds();
    this.#awaited.clear();
    for (const [kind, { lost }] of [...this.#problems]) if (lost) this.#problems.delete(kind);
    this.#server = undefined;
  }

  #closeKinds(): void {
    for (const kind of this.#kinds.values()) kind.close();
    this.#kinds.clear();
  }

  /** The kinds of the targets. */
  #follow(server: ApiServer): void {
    const kinds = Map.groupBy(this.#targets, ({ apiVersion, kind }) => `${apiVersion}/${kind}`);
    for (const [id, follow] of this.#kinds) if (!kinds.has(id)) follow.retarget([]);
    for (const [id, targets] of kinds) {
      const follow = this.#kinds.get(id);
      const [first] = targets;
      if (follow !== undefined && !follow.hasEnded) follow.retarget(targets);
      else if (first !== undefined) this.#open(server, id, first, targets);
    }
    if (kinds.size === 0) this.#judge();
  }

  /** All other kinds that the cluster serves. */
  async #followOthers(server: ApiServer): Promise<void> {
    const served = (await server.kinds().catch(refused)) ?? [];
    if (this.#abort.signal.aborted || this.#server !== server) return;
    for (const kind of served.filter((each) => !neverOurs.has(kindGroup(each)))) {
      const id = `${kind.apiVersion}/${kind.kind}`;
      if (this.#kinds.get(id)?.hasEnded !== false) this.#open(server, id, kind, []);
    }
    const ids = new Set(served.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
    for (const [id, follow] of this.#kinds) {
      if (ids.has(id) || !follow.hasEnded) continue;
      follow.close();
      this.#kinds.delete(id);
    }
  }

  #open(
    server: ApiServer,
    id: string,
    { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
    targets: readonly Target[],
  ): void {
    this.#kinds.get(id)?.close();
    const name = kindGroup({ apiVersion, kind });
    const { environment, cluster } = this.#input;
    this.#awaited.add(id);
    const follow = new KindFollow(server, environment, { apiVersion, kind }, targets, {
      onObject: (target, live) => this.#listener.onObject(target, live),
      onClaimed: (object) => this.#listener.onClaimed(cluster, object),
      onUnclaimed: (uid) => this.#listener.onUnclaimed(cluster, uid),
      onNarrow: (narrow) => void (narrow ? this.#narrow.add(name) : this.#narrow.delete(name)),
      onProblem: (finding, lost) => {
        this.#awaited.delete(id);
        this.#note(name, finding === undefined ? undefined : { finding, lost });
        this.#judge();
      },
    });
    this.#kinds.set(id, follow);
  }

  /** Says a problem of one kind; what is lost as a whole is said as a whole. */
  #note(kind: string, problem: Problem | undefined): void {
    const before = this.#problems.get(kind);
    if (problem === undefined) this.#problems.delete(kind);
    else this.#problems.set(kind, problem);
    const { cluster } = this.#input;
    const [now, then] = [problem, before].map((each) => (each?.lost === false ? each.finding : undefined));
    if (now !== undefined && now.message !== then?.message) this.#listener.onProblem({ cluster, kind, finding: now });
    if (now === undefined && then !== undefined) this.#listener.onProblem({ cluster, kind });
  }

  #judge(): void {
    if (this.#abort.signal.aborted) return;
    const { cluster } = this.#input;
    const lost = [...this.#problems.values()].find((problem) => problem.lost);
    if (lost !== undefined && !this.#isLost) {
      this.#isLost = true;
      this.#lostAt = performance.now();
      this.#listener.onProblem({ cluster, finding: lost.finding });
    } else if (lost === undefined && this.#isLost && this.#awaited.size === 0) {
      this.#isLost = false;
      this.#listener.onProblem({ cluster });
    }
    if (this.#isReady || (this.#awaited.size > 0 && !this.#isLost)) return;
    this.#isReady = true;
    this.#listener.onReady(cluster);
  }
}

interface Problem {
  readonly finding: Finding;
  /** The cluster cannot be reached. */
  readonly lost: boolean;
}

function findingOf(cluster: string, error: unknown): Finding {
  if (error instanceof DriftlessError) return error.findings[0];
  const reason = error instanceof ApiError ? error.message : error instanceof Error ? error.name : typeof error;
  return errorFinding(
    "CLUSTER_UNREACHABLE",
    `The cluster "${cluster}" cannot be asked what it serves: ${reason}.`,
    "Look at the cluster.",
  );
}

/** A cluster that does not tell what it serves is searched for nothing else. */
function refused(error: unknown): undefined {
  if (!(error instanceof ApiError)) throw error;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 1_000);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
}
