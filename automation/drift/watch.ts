import { setTimeout as sleep } from "node:timers/promises";
import { isSecret } from "../../core/drift/normal-form.ts";
import { isDrift, type ObjectDrift } from "../../core/drift/report.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { clusterContext, type ClusterContext } from "../cluster-access.ts";
import type { Session } from "../session.ts";
import { rememberOnsets, unfinishedFinding } from "./environment.ts";
import { HeldBack } from "./held-back.ts";
import { measureDrift, type MeasureInput } from "./measure.ts";
import { DriftMemoryFile } from "./memory.ts";
import { RepeatedWork } from "./repeated-work.ts";
import { SecretKey } from "./secret-key.ts";
import { WatchJudge } from "./watch-judge.ts";
import { WatchOnsets } from "./watch-onsets.ts";
import { WatchOrphans } from "./watch-orphans.ts";
import { WatchProblems } from "./watch-problems.ts";
import { WatchSources, type SourcesState } from "./watch-sources.ts";
import type { WatchedDrift, WatchEnd, WatchHandlers } from "./watch-types.ts";
import { WatchedClusters } from "./watched-clusters.ts";
import { WatchedDrifts } from "./watched-drifts.ts";
import { WatchedObjects } from "./watched-objects.ts";
import { WatchedState } from "./watched-state.ts";

const tickMs = 1_000;

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
  readonly #state: WatchedState;
  readonly #key = new SecretKey();
  readonly #orphans = new WatchOrphans();
  readonly #onsets: WatchOnsets;
  readonly #drifts: WatchedDrifts;
  readonly #problems: WatchProblems;
  readonly #clusters: WatchedClusters;
  readonly #judge: WatchJudge;
  readonly #judging: RepeatedWork;
  #identities: MeasureInput["context"]["identities"];
  /** A run is at work: nothing is judged. */
  #away = false;

  constructor(session: Session, environment: string, handlers: WatchHandlers, sources: WatchSources) {
    const now = (): string => this.#now();
    this.#session = session;
    this.#environment = environment;
    this.#handlers = handlers;
    this.#onsets = new WatchOnsets(new DriftMemoryFile(session, environment));
    this.#drifts = new WatchedDrifts(this.#onsets, now, () => this.#judge.objects);
    this.#problems = new WatchProblems(environment, now, (events) => handlers.onEvents(events));
    this.#state = new WatchedState(session, environment, sources, this.#problems);
    this.#judging = new RepeatedWork(() => this.#tryToJudge(), session.io.signal);
    this.#clusters = new WatchedClusters(environment, this.#context(), {
      onObject: ({ resourceName }, live) => {
        if (this.#judge.see(resourceName, live, this.#away)) this.#judging.ask();
      },
      onClaimed: (cluster, object) => {
        this.#orphans.claim(cluster, object);
        this.#judging.ask();
      },
      onUnclaimed: (_cluster, uid) => {
        this.#orphans.unclaim(uid);
        this.#judging.ask();
      },
      onProblem: ({ cluster, kind, finding }) => this.#problems.ofCluster(cluster, kind, finding),
      onReady: () => this.#judging.ask(),
    });
    const spec = { name: environment, clusters: {}, tenants: {}, applications: {} };
    this.#judge = new WatchJudge(
      {
        ...{ clusters: this.#clusters, drifts: this.#drifts, heldBack: new HeldBack(environment) },
        ...{ orphans: this.#orphans, problems: this.#problems, state: this.#state },
      },
      new WatchedObjects({ spec, rules: () => [], secretKey: this.#key.get }, [], undefined),
    );
  }

  async run(): Promise<WatchEnd> {
    const { signal } = this.#session.io;
    try {
      await this.#measure();
      for (let ready = false; !signal.aborted;) {
        this.#judging.ask();
        await sleep(tickMs, undefined, { signal }).catch(() => undefined);
        this.#judging.throwFailure();
        this.#emit(this.#drifts.settle());
        this.#problems.settle();
        await this.#onsets.remember();
        if (ready || !this.#clusters.isReady || this.#judging.isWorking) continue;
        ready = true;
        // Starting the engine takes seconds, which the first Secret that changes should not wait for.
        const { objects } = this.#judge.objects;
        if (objects.some(isSecret)) void this.#key.get().catch(() => undefined);
        const scope = { ...this.#clusters.scope(), objects: objects.length, time: this.#now() };
        this.#handlers.onReady(scope);
      }
    } finally {
      this.#clusters.close();
      await this.#onsets.remember();
    }
    const drifted = this.#drifts.count;
    return { outcome: this.#problems.any ? "error" : drifted > 0 ? "drift" : "none", drifted, time: this.#now() };
  }

  /** The whole of it once, as `driftless drift` does. */
  async #measure(): Promise<void> {
    const input = await this.#state.begin();
    const measured = await rememberOnsets(this.#session, await measureDrift(input));
    const { report, resources, baseline, measuredAt } = measured;
    await this.#onsets.load();
    const drifted = report.objects.filter(({ verdict }) => isDrift(verdict));
    this.#drifts.begin(drifted, measuredAt);
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
    this.#state.use();
    this.#key.use(input);
    this.#judge.begin(objects);
    this.#clusters.follow(input.spec.clusters, objects.objects);
  }

  async #tryToJudge(): Promise<void> {
    try {
      await this.#judgeAll();
      this.#problems.ofEnvironment("engine", undefined);
    } catch (error) {
      if (this.#session.io.signal.aborted) return;
      if (!(error instanceof DriftlessError)) throw error;
      this.#problems.ofEnvironment("engine", error.findings[0]);
    }
  }

  async #judgeAll(): Promise<void> {
    const look = await this.#state.look();
    this.#away = look.run !== undefined;
    const killed = look.run === "interrupted" ? unfinishedFinding(this.#environment, "interrupted") : undefined;
    this.#problems.ofEnvironment("run", killed);
    if (this.#away) {
      this.#judge.putOff();
      this.#state.want();
      return;
    }
    if (this.#state.isOutdated(look) && !(await this.#reload(look))) return;
    const began = new Map<string, ObjectDrift>();
    await this.#judge.judge((events) => {
      this.#emit(events);
      for (const { step, object } of events) if (step !== "ended") began.set(object.resourceName, object);
    });
    if (began.size === 0 || this.#handlers.onDrift === undefined) return;
    this.#away = true;
    await this.#handlers.onDrift([...began.values()]);
    this.#state.want();
    this.#judging.ask();
  }

  /** Follows what the document and the state say now. False if they cannot be read. */
  async #reload(look: SourcesState): Promise<boolean> {
    const read = await this.#state.read(look);
    if (read === undefined) return false;
    const { input, resources, baseline } = read;
    const before = this.#judge.objects;
    this.#use(input, new WatchedObjects({ ...input, secretKey: this.#key.get }, resources, baseline, before));
    this.#emit(this.#judge.compare(before));
    return true;
  }

  #emit(events: readonly WatchedDrift[]): void {
    if (events.length > 0) this.#handlers.onEvents(events);
  }

  #now(): string {
    return this.#session.io.now().toISOString();
  }
}
