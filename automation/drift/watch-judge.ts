import type { ObjectDrift } from "../../core/drift/report.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { KubernetesObject } from "../../core/manifest/manifest.ts";
import { ApiError } from "../../live/api-server.ts";
import { isOlder } from "../../live/resource-version.ts";
import type { HeldBack } from "./held-back.ts";
import type { WatchOrphans } from "./watch-orphans.ts";
import type { WatchProblems } from "./watch-problems.ts";
import type { WatchedDrift } from "./watch-types.ts";
import type { WatchedClusters } from "./watched-clusters.ts";
import type { WatchedDrifts } from "./watched-drifts.ts";
import type { Judgement, WatchedObjects } from "./watched-objects.ts";
import type { WatchedState } from "./watched-state.ts";

/** What a watch knows, by which it judges. */
export interface WatchJudgeInput {
  readonly clusters: WatchedClusters;
  readonly drifts: WatchedDrifts;
  readonly heldBack: HeldBack;
  readonly orphans: WatchOrphans;
  readonly problems: WatchProblems;
  readonly state: WatchedState;
}

/** Judges what a watch sees: each object when it is seen, and again when it may be judged otherwise. */
export class WatchJudge {
  readonly #clusters: WatchedClusters;
  readonly #drifts: WatchedDrifts;
  readonly #heldBack: HeldBack;
  readonly #orphans: WatchOrphans;
  readonly #problems: WatchProblems;
  readonly #state: WatchedState;
  /** Seen, and not judged yet; undefined: gone. */
  readonly #pending = new Map<string, KubernetesObject | undefined>();
  /** To be judged anew by what was noted of them. */
  readonly #dirty = new Set<string>();
  #objects: WatchedObjects;

  /** @param objects What is watched. */
  constructor(input: WatchJudgeInput, objects: WatchedObjects) {
    this.#clusters = input.clusters;
    this.#drifts = input.drifts;
    this.#heldBack = input.heldBack;
    this.#orphans = input.orphans;
    this.#problems = input.problems;
    this.#state = input.state;
    this.#objects = objects;
  }

  /** What is watched. */
  get objects(): WatchedObjects {
    return this.#objects;
  }

  /** Watches other objects, or the same with another baseline, before anything of them is seen. */
  begin(objects: WatchedObjects): void {
    this.#objects = objects;
  }

  /** What has ended with the objects that were watched before; those that are watched now are to be judged anew. */
  compare(before: WatchedObjects): readonly WatchedDrift[] {
    const gone = before.objects.filter(({ resourceName }) => this.#objects.get(resourceName) === undefined);
    for (const { resourceName } of this.#objects.objects) this.#dirty.add(resourceName);
    this.#orphans.touch();
    return gone.flatMap(({ resourceName }) => this.#forget(resourceName));
  }

  /**
   * Takes in an object that was seen. False if there is nothing to judge.
   * @param away True while a run is at work: it is judged afterwards.
   */
  see(name: string, live: KubernetesObject | undefined, away: boolean): boolean {
    this.#objects.note(name, live);
    // Most of what is seen is as it should be, and nobody has said anything else of it.
    if (this.#isQuiet(name)) {
      this.#pending.delete(name);
      this.#dirty.delete(name);
      return false;
    }
    if (away) this.#dirty.add(name);
    else this.#pending.set(name, live);
    return true;
  }

  /** Puts off what was seen until a run has ended. */
  putOff(): void {
    for (const name of this.#pending.keys()) this.#dirty.add(name);
    this.#pending.clear();
  }

  /** Judges all that is to be judged, and tells what it finds at once. */
  async judge(tell: (events: readonly WatchedDrift[]) => void): Promise<void> {
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
  }

  #isQuiet(name: string): boolean {
    if (this.#drifts.has(name) || this.#problems.hasObject(name) || this.#heldBack.has(name)) return false;
    const noted = this.#objects.judgeNoted(name);
    return noted !== undefined && "drift" in noted && noted.drift.verdict === "unchanged";
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
      if (!this.#drifts.has(name) && this.#isHeldBack(drift, orphan.object)) {
        this.#orphans.touch();
        return [];
      }
      this.#heldBack.release(name);
      this.#orphans.told(name);
      return this.#drifts.note(drift);
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
    if (this.#isHeldBack(judgement.drift, live)) {
      this.#dirty.add(name);
      return [];
    }
    this.#heldBack.release(name);
    return this.#drifts.note(judgement.drift);
  }

  /** What a run of ours may have done is not told before its baseline had time to come. */
  #isHeldBack(drift: ObjectDrift, live: KubernetesObject | undefined): boolean {
    const readAt = this.#state.onlyReadAt;
    const isHeld = this.#heldBack.holds(drift, live, readAt);
    if (isHeld && readAt !== undefined) this.#state.want();
    return isHeld;
  }

  #forget(name: string): readonly WatchedDrift[] {
    this.#problems.clearObject(name);
    this.#heldBack.release(name);
    return this.#drifts.forget(name);
  }
}
