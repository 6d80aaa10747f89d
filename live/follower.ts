import { DriftlessError } from "../core/errors/error.ts";
import { unknown, type Health } from "../core/health/status.ts";
import { record } from "../core/manifest/json.ts";
import { namespaceOf, type KubernetesObject } from "../core/manifest/manifest.ts";
import { managedBy } from "../core/plan/ownership.ts";
import type { ApiServer } from "./api-server.ts";
import { isKubernetesObject } from "./json.ts";
import type { Sight } from "./kind-watch.ts";
import { isAtLeast, isOlder, versionOf } from "./resource-version.ts";
import type { WatchPool } from "./watch-pool.ts";

/** An object to wait for. */
export interface WaitTarget {
  /** How the plan calls it; what a wait reports. */
  readonly resourceName: string;
  readonly cluster: string;
  /** As it was planned: its kind, name and labels. */
  readonly object: KubernetesObject;
  /**
   * Its `metadata.resourceVersion` after it was applied: an older state says nothing. Without it, a state that may be
   * older is confirmed by one GET.
   */
  readonly resourceVersion?: string | undefined;
}

/** What a state of an object means for a wait: it is `done`, has `failed`, or is `open`. */
export interface Verdict {
  readonly outcome: "done" | "open" | "failed";
  readonly health: Health;
}

/** Judges a state of an object; undefined: it is not there. */
export type Judge = (object: KubernetesObject | undefined) => Verdict;

/** Where a follower looks. */
export interface FollowerSource {
  readonly server: ApiServer;
  readonly pool: WatchPool;
  /** Only whether the object is there matters. */
  readonly metadataOnly: boolean;
}

const retryMs = 1_000;
/** An object that the watch does not hold may be on its way; after this it is looked for. */
const absentMs = 2_000;

/** Follows one object for one wait: turns what a watch sees into verdicts on states that are not from before the wait. */
export class Follower {
  readonly target: WaitTarget;
  verdict: Verdict = { outcome: "open", health: unknown("Nothing is known of it yet.") };
  /** The last state that was seen. */
  object: KubernetesObject | undefined;
  readonly #source: FollowerSource;
  readonly #judge: Judge;
  readonly #onVerdict: (follower: Follower) => void;
  readonly #started = performance.now();
  /** The version that counts at least. */
  #floor: string;
  /** Seen while a GET was on its way. */
  #later: Sight | undefined;
  #confirming = false;
  #timer: NodeJS.Timeout | undefined;
  #stop: () => void;
  #ended = false;

  constructor(target: WaitTarget, source: FollowerSource, judge: Judge, onVerdict: (follower: Follower) => void) {
    this.target = target;
    this.#source = source;
    this.#judge = judge;
    this.#onVerdict = onVerdict;
    this.#floor = target.resourceVersion ?? "";
    this.#stop = () => undefined;
    this.#observe(target.object);
  }

  /** Stops following. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#stop();
  }

  #observe(object: KubernetesObject): void {
    this.#stop();
    const { pool, metadataOnly } = this.#source;
    this.#stop = pool.observe({ object, metadataOnly }, (sight) => this.#see(sight));
  }

  #see(sight: Sight): void {
    if (this.#ended) return;
    if (this.#confirming) {
      this.#later = sight;
      return;
    }
    clearTimeout(this.#timer);
    const { object, problem } = sight;
    if (problem !== undefined) return this.#report({ outcome: "open", health: unknown(problem) }, this.object);
    if (object !== undefined && isOlder(versionOf(object), this.#floor)) return;
    const verdict = this.#judge(object);
    if (verdict.outcome === "open") {
      if (object === undefined) this.#confirmIn(absentMs);
      this.#report(verdict, object);
    } else if (this.#isCurrent(sight)) this.#report(verdict, object);
    else void this.#confirm();
  }

  /** True if the state cannot be one from before the wait. */
  #isCurrent({ object, asked }: Sight): boolean {
    if (object === undefined) return false;
    return this.#source.metadataOnly || asked >= this.#started || isAtLeast(versionOf(object), this.#floor);
  }

  #confirmIn(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#confirm(), milliseconds);
  }

  /** Asks for the object itself and judges it. */
  async #confirm(): Promise<void> {
    this.#confirming = true;
    this.#later = undefined;
    const { apiVersion, kind, metadata } = this.target.object;
    const { server, metadataOnly } = this.#source;
    try {
      const live = await server.read(apiVersion, kind, namespaceOf(this.target.object), metadata.name, metadataOnly);
      this.#confirming = false;
      if (!this.#ended) this.#take(live !== undefined && isKubernetesObject(live) ? live : undefined);
    } catch (error) {
      this.#confirming = false;
      if (this.#ended) return;
      this.#report({ outcome: "open", health: unknown(reasonOf(error)) }, this.object);
      this.#confirmIn(retryMs);
    }
  }

  #take(live: KubernetesObject | undefined): void {
    if (live !== undefined) this.#floor = versionOf(live);
    this.#report(this.#judge(live), live);
    // Without the label no watch of our objects shows it.
    if (live !== undefined && isOurs(this.target.object) && !isOurs(live)) this.#observe(live);
    else if (this.#later !== undefined) this.#see(this.#later);
  }

  #report(verdict: Verdict, object: KubernetesObject | undefined): void {
    const { outcome, health } = this.verdict;
    this.object = object;
    this.verdict = verdict;
    const same =
      outcome === verdict.outcome && health.status === verdict.health.status && health.reason === verdict.health.reason;
    if (!same && !this.#ended) this.#onVerdict(this);
  }
}

/** Why a cluster tells nothing, for people. */
export function reasonOf(error: unknown): string {
  if (error instanceof DriftlessError) return error.findings[0].message;
  return `The cluster cannot be asked: ${error instanceof Error ? error.message : String(error)}.`;
}

function isOurs({ metadata }: KubernetesObject): boolean {
  return record(metadata["labels"])[managedBy.label] === managedBy.value;
}
