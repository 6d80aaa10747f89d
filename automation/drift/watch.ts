import { setTimeout as sleep } from "node:timers/promises";
import { DriftLog } from "../../core/drift/drift-log.ts";
import { isSecret } from "../../core/drift/normal-form.ts";
import { isDrift, type ObjectDrift } from "../../core/drift/report.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { ApiError } from "../../live/api-server.ts";
import { isOlder } from "../../live/resource-version.ts";
import type { Session } from "../session.ts";
import { driftInput, rememberOnsets, unfinishedFinding } from "./environment.ts";
import { measureDrift, type MeasureInput } from "./measure.ts";
import { DriftMemoryFile } from "./memory.ts";
import { isOwnRun, isUnattributed } from "./own-run.ts";
import { readBaseline } from "./read-baseline.ts";
import { stateResources } from "./resources.ts";
import { SecretKey } from "./secret-key.ts";
import { WatchedClusters } from "./watched-clusters.ts";
import { WatchedObjects, type Judgement } from "./watched-objects.ts";
import { WatchOnsets } from "./watch-onsets.ts";
import { WatchOrphans } from "./watch-orphans.ts";
import { WatchProblems } from "./watch-problems.ts";
import { WatchSources, type SourcesState } from "./watch-sources.ts";
import type { WatchedDrift, WatchEnd, WatchHandlers } from "./watch-types.ts";
import { clusterContext, type ClusterContext } from "../cluster-access.ts";

const tickMs = 1_000;
/** What looks like the work of a run of ours is held back this long: the baseline of that run is on its way. */
const holdMs = 30_000;
/** How often a state that only the engine can read is read again, and how often at most where something asks for it. */
const stateEveryMs = 60_000;
const stateAtMostEveryMs = 5_000;

/**
 * Measures the drift of an environment, and then follows it until the signal of the session is aborted: each change is
 * judged when it is seen. Runs of the environment are left to themselves; afterwards their baseline counts. Whatever cannot
 * be read is said once, and once when it is back, and neither begins nor ends a drift.
 * @throws what `driftless drift` throws before anything is measured.
 */
export async function watchDrift(session: Session, environment: string, handlers: WatchHandlers): Promise<WatchEnd> {
  const sources = await WatchSources.open(session, environment);
  return new EnvironmentWatch(session, environment, handlers, sources).run();
}

class EnvironmentWatch {
  readonly #session: Session;
  readonly #environment: string;
  readonly #handlers: WatchHandlers;
  readonly #sources: WatchSources;
  readonly #log = new DriftLog();
  readonly #key = new SecretKey();
  readonly #orphans = new WatchOrphans();
  readonly #onsets: WatchOnsets;
  readonly #problems: WatchProblems;
  readonly #clusters: WatchedClusters;
  #identities: MeasureInput["context"]["identities"];
  /** Seen, and not judged yet; undefined: gone. */
  readonly #pending = new Map<string, KubernetesObject | undefined>();
  /** To be judged anew by what was noted of them. */
  readonly #dirty = new Set<string>();
  /** Held back since, as `performance.now()`. */
  readonly #held = new Map<string, number>();
  #objects: WatchedObjects;
  #loaded: LoadedEnvironment | undefined;
  #seen: SourcesState | undefined;
  /** When the state was read, as `performance.now()`. */
  #readAt = 0;
  #wantsState = false;
  /** A run is at work: nothing is judged. */
  #away = false;
  #working = false;
  #again = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(session: Session, environment: string, handlers: WatchHandlers, sources: WatchSources) {
    this.#session = session;
    this.#environment = environment;
    this.#handlers = handlers;
    this.#sources = sources;
    this.#onsets = new WatchOnsets(new DriftMemoryFile(session, environment));
    this.#problems = new WatchProblems(
      environment,
      () => this.#now(),
      (events) => handlers.onEvents(events),
    );
    const spec = { name: environment, clusters: {}, tenants: {}, applications: {} };
    this.#objects = new WatchedObjects({ spec, rules: () => [], secretKey: this.#key.get }, [], undefined);
    this.#clusters = new WatchedClusters(environment, this.#context(), {
      onObject: ({ resourceName }, live) => this.#see(resourceName, live),
      onClaimed: (cluster, object) => {
        this.#orphans.claim(cluster, object);
        this.#wake();
      },
      onUnclaimed: (_cluster, uid) => {
        this.#orphans.unclaim(uid);
        this.#wake();
      },
      onProblem: ({ cluster, kind, finding }) => this.#problems.ofCluster(cluster, kind, finding),
      onReady: () => this.#wake(),
    });
  }

  async run(): Promise<WatchEnd> {
    const { signal } = this.#session.io;
    try {
      await this.#measure();
      for (let ready = false; !signal.aborted;) {
        this.#wake();
        await sleep(tickMs, undefined, { signal }).catch(() => undefined);
        if (this.#failure !== undefined) throw this.#failure.error;
        this.#emit(this.#log.settle(this.#now()).map((event) => this.#withOrigin(event)));
        this.#problems.settle();
        await this.#onsets.remember();
        if (ready || !this.#clusters.isReady || this.#working) continue;
        ready = true;
        // Starting the engine takes seconds, which the first Secret that changes should not wait for.
        if (this.#objects.objects.some(isSecret)) void this.#key.get().catch(() => undefined);
        const scope = { ...this.#clusters.scope(), objects: this.#objects.objects.length, time: this.#now() };
        this.#handlers.onReady(scope);
      }
    } finally {
      this.#clusters.close();
      await this.#onsets.remember();
    }
    const drifted = this.#log.objects().length;
    return { outcome: this.#problems.any ? "error" : drifted > 0 ? "drift" : "none", drifted, time: this.#now() };
  }

  /** The whole of it once, as `driftless drift` does. */
  async #measure(): Promise<void> {
    const { progress, project, io } = this.#session;
    for (let said = false; (await this.#sources.look()).run === "running"; said = true) {
      if (!said)
        progress.note(`a run of ${this.#environment} is at work: what it leaves is measured when it has ended`);
      await sleep(tickMs, undefined, { signal: io.signal });
    }
    this.#seen = await this.#sources.look();
    this.#loaded = await loadEnvironment(project, this.#environment);
    const input = await driftInput(this.#session, this.#loaded);
    const measured = await rememberOnsets(this.#session, await measureDrift(input));
    const { report, resources, baseline, measuredAt } = measured;
    await this.#onsets.load();
    const drifted = report.objects.filter(({ verdict }) => isDrift(verdict));
    this.#log.begin(drifted, measuredAt);
    for (const { verdict, resourceName } of drifted) if (verdict === "orphan") this.#orphans.told(resourceName);
    this.#problems.begin(report);
    this.#handlers.onStart(measured);
    this.#use(input, new WatchedObjects({ ...input, secretKey: this.#key.get }, resources, baseline));
  }

  /** How its clusters are reached; which ones they must be, the state says anew after each run. */
  #context(): ClusterContext {
    const identities = { get: (cluster: string) => this.#identities?.get(cluster) };
    return { ...clusterContext(this.#session, this.#environment), identities };
  }

  #use(input: MeasureInput, objects: WatchedObjects): void {
    this.#identities = input.context.identities;
    this.#readAt = performance.now();
    this.#key.use(input);
    this.#objects = objects;
    this.#clusters.follow(input.spec.clusters, objects.objects);
  }

  #see(name: string, live: KubernetesObject | undefined): void {
    this.#objects.note(name, live);
    // Most of what is seen is as it should be, and nobody has said anything else of it.
    if (this.#isQuiet(name)) {
      this.#pending.delete(name);
      this.#dirty.delete(name);
      return;
    }
    if (this.#away) this.#dirty.add(name);
    else this.#pending.set(name, live);
    this.#wake();
  }

  #isQuiet(name: string): boolean {
    if (this.#log.has(name) || this.#problems.hasObject(name) || this.#held.has(name)) return false;
    const noted = this.#objects.judgeNoted(name);
    return noted !== undefined && "drift" in noted && noted.drift.verdict === "unchanged";
  }

  /** Sees to it that everything is judged; one at a time. */
  #wake(): void {
    this.#again = true;
    if (this.#working || this.#session.io.signal.aborted) return;
    this.#working = true;
    void this.#work().finally(() => (this.#working = false));
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#session.io.signal.aborted) {
      this.#again = false;
      try {
        await this.#judgeAll();
        this.#problems.ofEnvironment("engine", undefined);
      } catch (error) {
        if (this.#session.io.signal.aborted) return;
        if (error instanceof DriftlessError) this.#problems.ofEnvironment("engine", error.findings[0]);
        else this.#failure = { error };
      }
    }
  }

  async #judgeAll(): Promise<void> {
    const look = await this.#sources.look();
    this.#away = look.run !== undefined;
    const killed = look.run === "interrupted" ? unfinishedFinding(this.#environment, "interrupted") : undefined;
    this.#problems.ofEnvironment("run", killed);
    if (this.#away) {
      for (const name of this.#pending.keys()) this.#dirty.add(name);
      this.#pending.clear();
      this.#wantsState = true;
      return;
    }
    if (this.#isOutdated(look) && !(await this.#reload(look))) return;
    const began = new Map<string, ObjectDrift>();
    const tell = (events: readonly WatchedDrift[]): void => {
      this.#emit(events);
      for (const { step, object } of events) if (step !== "ended") began.set(object.resourceName, object);
    };
    for (const [name, live] of [...this.#pending]) {
      this.#pending.delete(name);
      // If it cannot be judged now, it is looked at again.
      this.#dirty.add(name);
      const judgement = await this.#objects.judge(name, live);
      this.#dirty.delete(name);
      tell(this.#take(name, judgement, live));
    }
    await Promise.all([...this.#dirty].map(async (name) => tell(await this.#judgeAnew(name))));
    tell(this.#judgeOrphans());
    if (began.size === 0 || this.#handlers.onDrift === undefined) return;
    this.#away = true;
    await this.#handlers.onDrift([...began.values()]);
    this.#wantsState = true;
    this.#again = true;
  }

  #isOutdated(look: SourcesState): boolean {
    if (look.document !== this.#seen?.document || look.state !== this.#seen.state) return true;
    if (look.state !== undefined) return this.#wantsState;
    const age = performance.now() - this.#readAt;
    return age > stateEveryMs || (this.#wantsState && age > stateAtMostEveryMs);
  }

  /** Reads the document and the state again. False if they cannot be read now. */
  async #reload(look: SourcesState): Promise<boolean> {
    this.#wantsState = false;
    try {
      this.#loaded = await loadEnvironment(this.#session.project, this.#environment);
      this.#problems.ofEnvironment("document", undefined);
    } catch (error) {
      if (!(error instanceof DriftlessError)) throw error;
      // The last one that made sense goes on to count.
      this.#problems.ofEnvironment("document", error.findings[0]);
    }
    if (this.#loaded === undefined) return false;
    const input = await driftInput(this.#session, this.#loaded);
    const finding = input.errors?.[0]?.finding;
    this.#problems.ofEnvironment("state", finding?.code === "LOCKED" ? undefined : finding);
    if (finding !== undefined) {
      this.#readAt = performance.now();
      this.#wantsState = true;
      return false;
    }
    this.#seen = look;
    const resources = input.state === undefined ? [] : stateResources(input.state);
    const { baseline, errors } = readBaseline(this.#environment, input.state, resources);
    this.#problems.ofEnvironment("baseline", errors[0]?.finding);
    const before = this.#objects;
    this.#use(input, new WatchedObjects({ ...input, secretKey: this.#key.get }, resources, baseline, before));
    for (const { resourceName } of before.objects) {
      if (this.#objects.get(resourceName) === undefined) this.#emit(this.#forget(resourceName));
    }
    for (const { resourceName } of this.#objects.objects) this.#dirty.add(resourceName);
    this.#orphans.touch();
    return true;
  }

  /** Judges an object by what was noted of it, or else by what is there now. */
  async #judgeAnew(name: string): Promise<readonly WatchedDrift[]> {
    this.#dirty.delete(name);
    const object = this.#objects.get(name);
    if (object === undefined || this.#pending.has(name)) return [];
    const noted = this.#objects.judgeNoted(name);
    if (noted !== undefined) return this.#take(name, noted, undefined);
    // What was not seen yet will be told by its cluster.
    if (this.#objects.versionOf(name) === undefined) return [];
    try {
      const live = await this.#clusters.read(object);
      const version = live?.metadata["resourceVersion"];
      const isOld = typeof version === "string" && isOlder(version, this.#objects.versionOf(name) ?? "");
      if (this.#pending.has(name) || isOld) return [];
      return this.#take(name, await this.#objects.judge(name, live), live);
    } catch (error) {
      // A cluster that is back tells of all its objects.
      this.#dirty.add(name);
      const isCluster = error instanceof DriftlessError && error.code === "CLUSTER_UNREACHABLE";
      if (isCluster || error instanceof ApiError) return [];
      throw error;
    }
  }

  #judgeOrphans(): readonly WatchedDrift[] {
    // Before everything was listed once, nobody knows which of them the state has under another name.
    if (!this.#clusters.isReady || !this.#orphans.changed) return [];
    const { orphans, ended } = this.#orphans.judge(this.#objects, (cluster) => this.#clusters.isLost(cluster));
    const events = orphans.flatMap((orphan) => {
      const { resourceName: name } = orphan;
      const drift = this.#objects.judgeOrphan(orphan);
      if (drift === undefined) return [];
      if (!this.#log.has(name) && this.#isHeldBack(name, drift, orphan.object)) {
        this.#orphans.touch();
        return [];
      }
      this.#held.delete(name);
      this.#orphans.told(name);
      return this.#note(drift);
    });
    return [...events, ...ended.flatMap((name) => this.#forget(name))];
  }

  #take(name: string, judgement: Judgement | undefined, live: KubernetesObject | undefined): readonly WatchedDrift[] {
    const object = this.#objects.get(name);
    if (judgement === undefined || object === undefined) return [];
    if ("finding" in judgement) {
      this.#problems.ofObject(name, { owner: object.owner, finding: judgement.finding });
      return [];
    }
    this.#problems.clearObject(name);
    if (this.#isHeldBack(name, judgement.drift, live)) {
      this.#dirty.add(name);
      return [];
    }
    this.#held.delete(name);
    return this.#note(judgement.drift);
  }

  /** What a run of ours may have done, here or on another machine, is not told before its baseline had time to come. */
  #isHeldBack(name: string, drift: ObjectDrift, live: KubernetesObject | undefined): boolean {
    if (!isDrift(drift.verdict)) return false;
    const now = performance.now();
    const since = this.#held.get(name) ?? now;
    const isOurs = isOwnRun(this.#environment, drift, live) && now - since < holdMs;
    const isRemote = this.#seen?.state === undefined;
    if (!isOurs && !(isRemote && isUnattributed(drift) && this.#readAt <= since)) return false;
    this.#held.set(name, since);
    this.#wantsState ||= isRemote;
    return true;
  }

  /** Something that nobody asks about any more: whatever was to be said of it has ended. */
  #forget(name: string): readonly WatchedDrift[] {
    this.#problems.clearObject(name);
    this.#held.delete(name);
    const drift = this.#log.get(name);
    return drift === undefined ? [] : this.#note({ ...drift, verdict: "unchanged", differences: [], ignored: [] });
  }

  /** Notes what is to be said of an object, with its onset. */
  #note(drift: ObjectDrift): readonly WatchedDrift[] {
    if (!isDrift(drift.verdict) && !this.#log.has(drift.resourceName)) return [];
    const now = this.#now();
    const dated = this.#onsets.date(drift, this.#objects.baseline, now);
    return this.#log.note(dated, now).map((event) => this.#withOrigin(event));
  }

  #withOrigin(event: Omit<WatchedDrift, "origin">): WatchedDrift {
    return { ...event, origin: this.#objects.get(event.object.resourceName)?.origin };
  }

  #emit(events: readonly WatchedDrift[]): void {
    if (events.length > 0) this.#handlers.onEvents(events);
  }

  #now(): string {
    return this.#session.io.now().toISOString();
  }
}
