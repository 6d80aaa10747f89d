import { setTimeout as sleep } from "node:timers/promises";
import type { HealDecision } from "../../core/drift/heal.ts";
import { noVerdicts, type ObjectDrift } from "../../core/drift/report.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { withFolders } from "../folder-sets.ts";
import type { Session } from "../session.ts";
import { environmentDrift } from "./environment.ts";
import { HealCounter } from "./heal-counter.ts";
import { HealRun } from "./heal-run.ts";
import { healDrift } from "./heal.ts";
import { KeptParts } from "./kept-parts.ts";
import { readBaseline } from "./read-baseline.ts";
import { stateResources } from "./resources.ts";
import { RetryDelay } from "./retry-delay.ts";
import { UnknownParts } from "./unknown-parts.ts";
import type { WatchEvent } from "./watch-types.ts";
import { WatchedHeals, type HealTimes, type WatchedHeal } from "./watched-heals.ts";

/** Everything that a watch makes known to whoever heals. */
export interface WatchHealerInput {
  readonly session: Session;
  readonly environment: string;
  readonly onHealed: (heals: readonly WatchedHeal[]) => void;
}

/** How often it is looked whether something is to be tried again. */
const lookMs = 5_000;
/** Nobody is there who could confirm a deletion, or let something go. */
const nobodyAsked = { yes: true, flags: { confirm: [], orphan: false } } as const;

/**
 * Heals what a watch finds. One healing at a time; what drifts meanwhile is the next one. Plan, packs and engine are kept
 * from one to the next: the program makes the plan anew and refuses any other.
 */
export class WatchHealer {
  readonly #input: WatchHealerInput;
  readonly #parts: KeptParts;
  readonly #unknown = new UnknownParts();
  readonly #heals = new WatchedHeals();
  readonly #retry = new RetryDelay();
  #last: Promise<void> = Promise.resolve();

  constructor(input: WatchHealerInput) {
    this.#input = input;
    this.#parts = new KeptParts(input.session, input.environment);
  }

  /** Heals what has begun to drift, as far as it may be. */
  heal(objects: readonly ObjectDrift[]): Promise<void> {
    return this.#queue(() => this.#heal(objects));
  }

  /** Measures all of the environment, and heals that. */
  healAll(): Promise<void> {
    return this.#queue(() => this.#healAll());
  }

  /** Takes in what is not known at the moment, and what is known again: nothing of it is healed. */
  note(events: readonly WatchEvent[]): void {
    for (const event of events) {
      if ("finding" in event) this.#unknown.note(event);
      else if (event.step === "ended") this.#heals.ended(event.object.resourceName);
    }
  }

  /** Heals what has drifted already, and then beside a watch whatever begins to. */
  async during<Result>(watch: () => Promise<Result>): Promise<Result> {
    try {
      await this.healAll();
      // The first drift does not wait for the plan either.
      await this.#queue(() => this.#prepare());
      const [result] = await Promise.all([watch(), this.#retryAll()]);
      return result;
    } finally {
      await this.#last.catch(() => undefined);
      this.#parts.close();
    }
  }

  /** Tries again what was left, until the signal of the session is aborted. */
  async #retryAll(): Promise<void> {
    const { signal } = this.#input.session.io;
    while (!signal.aborted) {
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted && this.#retry.isDue()) await this.healAll();
    }
  }

  async #prepare(): Promise<void> {
    try {
      await this.#parts.get();
    } catch (error) {
      this.#refused([], error);
    }
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #healAll(): Promise<void> {
    const { session, environment } = this.#input;
    const began = performance.now();
    try {
      const loaded = await loadEnvironment(session.project, environment);
      const measured = await environmentDrift(session, loaded);
      const { healed } = await healDrift(session, loaded, measured, { asked: false, ...nobodyAsked });
      this.#tell(healed.decisions, began);
    } catch (error) {
      this.#refused([], error);
    }
  }

  async #heal(objects: readonly ObjectDrift[]): Promise<void> {
    const { session, environment } = this.#input;
    const began = performance.now();
    try {
      const loaded = await withFolders(session, await loadEnvironment(session.project, environment));
      const counter = new HealCounter(session, loaded.spec);
      const report = { environment, objects, errors: this.#unknown.errors, counts: noVerdicts() };
      const decisions = await counter.decide(report, false);
      const chosen = decisions.filter(({ left }) => left === undefined);
      this.#tell(
        decisions.filter(({ left }) => left !== undefined),
        began,
      );
      if (chosen.length > 0) await this.#run(chosen, counter, began);
    } catch (error) {
      this.#refused(objects, error);
    }
  }

  async #run(chosen: readonly HealDecision[], counter: HealCounter, began: number): Promise<void> {
    const { session, environment } = this.#input;
    try {
      const parts = await this.#parts.get();
      const state = await parts.engine.exportState();
      const resources = state === undefined ? [] : stateResources(state);
      const { baseline } = readBaseline(environment, state, resources);
      const run = new HealRun(session, { resources, baseline }, parts);
      const rest = await run.prepare(chosen, nobodyAsked);
      await counter.count(rest);
      await run.heal();
      const { failed, strangers } = run.unhealed;
      const done = chosen.map(({ object }): HealDecision => {
        const finding = failed.get(object.resourceName);
        if (finding !== undefined) return { object, left: "error", finding };
        return strangers.has(object.resourceName) ? { object, left: "stranger" } : { object };
      });
      this.#tell(done, began, (object) => run.appliedAt(object));
    } catch (error) {
      this.#refused(
        chosen.map(({ object }) => object),
        error,
      );
    }
  }

  #refused(objects: readonly ObjectDrift[], error: unknown): void {
    const { session } = this.#input;
    if (session.io.signal.aborted) return;
    if (!(error instanceof DriftlessError)) throw error;
    const [finding] = error.findings;
    // What was kept may be why.
    if (finding.code !== "POLICY_VIOLATION") this.#parts.distrust();
    if (objects.length === 0) session.progress.note(`healing: ${finding.code} ${finding.message}`);
    this.#tell(
      objects.map((object) => ({ object, left: "error", finding })),
      0,
    );
    this.#retry.again();
  }

  #tell(decisions: readonly HealDecision[], began: number, appliedAt: HealTimes["appliedAt"] = () => undefined): void {
    const time = this.#input.session.io.now().toISOString();
    const news = this.#heals.news(decisions, { time, began, appliedAt });
    if (decisions.some(({ left }) => left === undefined)) this.#retry.succeeded();
    if (decisions.some(({ left }) => left === "error" || left === "limit" || left === "going")) this.#retry.again();
    if (news.length > 0) this.#input.onHealed(news);
  }
}
