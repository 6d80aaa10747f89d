import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { HealDecision } from "../../core/drift/heal.ts";
import { noVerdicts, type DriftError, type ObjectDrift } from "../../core/drift/report.ts";
import { baseFile, environmentFile } from "../../core/environment/file.ts";
import { loadEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import { ignore } from "../../core/errors/system-error.ts";
import { openPolicy } from "../policy/policy.ts";
import { withFolders } from "../folder-sets.ts";
import type { Session } from "../session.ts";
import { environmentDrift } from "./environment.ts";
import { HealCounter } from "./heal-counter.ts";
import { HealRun, healParts, requireApplied, type HealParts } from "./heal-run.ts";
import { healDrift } from "./heal.ts";
import { readBaseline } from "./read-baseline.ts";
import { stateResources } from "./resources.ts";
import type { WatchedProblem, WatchEvent } from "./watch-types.ts";

/** What became of an object that was to be healed while it was watched. */
export interface WatchedHeal extends HealDecision {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** From hearing of it until it was put back; absent for what was left. */
  readonly seconds?: number;
}

/** Everything that a watch makes known to whoever heals. */
export interface WatchHealerInput {
  readonly session: Session;
  readonly environment: string;
  readonly onHealed: (heals: readonly WatchedHeal[]) => void;
}

/** What could not be healed is tried again after this long, and then after twice as long each time: windows open, locks go. */
const retryMs = { first: 30_000, most: 600_000 };
/** How often it is looked whether something is to be tried again. */
const lookMs = 5_000;
/** The plan and the opinion of the packs about it are used again for this long: exceptions run out. */
const freshMs = 15 * 60_000;

interface Ready {
  readonly parts: HealParts;
  readonly documents: string;
  /** As `performance.now()`. */
  readonly at: number;
}

/**
 * Heals what a watch finds. One healing at a time; what drifts meanwhile is the next one. Plan, packs and engine are kept
 * from one to the next: the program makes the plan anew and refuses any other.
 */
export class WatchHealer {
  readonly #input: WatchHealerInput;
  #ready: Ready | undefined;
  #last: Promise<void> = Promise.resolve();
  /** Why objects were left, by resource name: said once. */
  readonly #left = new Map<string, string>();
  readonly #problems = new Map<string, DriftError>();
  /** When what was left is tried again, as `performance.now()`; undefined if nothing was. */
  #retryAt: number | undefined;
  #delay = retryMs.first;

  constructor(input: WatchHealerInput) {
    this.#input = input;
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
      if (!("finding" in event)) {
        if (event.step === "ended") this.#left.delete(event.object.resourceName);
        continue;
      }
      const { step, cluster, kind, finding } = event;
      const key = JSON.stringify([cluster, kind, finding.code, finding.message]);
      if (step === "back") this.#problems.delete(key);
      else this.#problems.set(key, toError(event));
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
      this.#forget();
    }
  }

  /** Tries again what was left, until the signal of the session is aborted. */
  async #retryAll(): Promise<void> {
    const { signal } = this.#input.session.io;
    while (!signal.aborted) {
      await sleep(lookMs, undefined, { signal }).catch(() => undefined);
      if ((this.#retryAt ?? Number.POSITIVE_INFINITY) > performance.now() || signal.aborted) continue;
      this.#retryAt = undefined;
      this.#delay = Math.min(2 * this.#delay, retryMs.most);
      await this.healAll();
    }
  }

  async #prepare(): Promise<void> {
    try {
      await this.#parts();
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
      const flags = { confirm: [], orphan: false };
      const { healed } = await healDrift(session, loaded, measured, { asked: false, yes: true, flags });
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
      const report = { environment, objects, errors: [...this.#problems.values()], counts: noVerdicts() };
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
      const parts = await this.#parts();
      const state = await parts.engine.exportState();
      const resources = state === undefined ? [] : stateResources(state);
      const { baseline } = readBaseline(environment, state, resources);
      const run = new HealRun(session, { resources, baseline }, parts);
      const rest = await run.prepare(chosen, { yes: true, flags: { confirm: [], orphan: false } });
      await counter.count(rest);
      await run.heal(rest);
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

  /** Plan, packs and engine; made anew if a document has changed, or after a while. */
  async #parts(): Promise<HealParts> {
    const { session, environment } = this.#input;
    const { project, io } = session;
    const files = [environmentFile(environment), baseFile].map((file) =>
      readFile(join(project, file), "utf8").catch(ignore("ENOENT")),
    );
    const documents = JSON.stringify(await Promise.all(files));
    const known = this.#ready;
    if (known?.documents === documents && performance.now() - known.at < freshMs) {
      const leftOut = await requireApplied(known.parts.engine, known.parts.computed);
      return { ...known.parts, options: { ...known.parts.options, leftOut } };
    }
    this.#forget();
    const loaded = await withFolders(session, await loadEnvironment(project, environment));
    const opening = openPolicy(loaded, { project, cache: io.cache, env: io.env, signal: io.signal });
    opening.catch(() => undefined);
    try {
      const parts = await healParts(session, environment, opening);
      this.#ready = { parts, documents, at: performance.now() };
      return parts;
    } catch (error) {
      await opening.then(
        (policy) => policy.close(),
        () => undefined,
      );
      throw error;
    }
  }

  #forget(): void {
    const known = this.#ready;
    this.#ready = undefined;
    known?.parts.policy.close();
  }

  #refused(objects: readonly ObjectDrift[], error: unknown): void {
    const { session } = this.#input;
    if (session.io.signal.aborted) return;
    if (!(error instanceof DriftlessError)) throw error;
    const [finding] = error.findings;
    // What was kept may be why.
    if (finding.code !== "POLICY_VIOLATION") this.#ready = this.#ready && { ...this.#ready, documents: "" };
    if (objects.length === 0) session.progress.note(`healing: ${finding.code} ${finding.message}`);
    this.#tell(
      objects.map((object) => ({ object, left: "error", finding })),
      0,
    );
    this.#tryAgain();
  }

  #tryAgain(): void {
    this.#retryAt ??= performance.now() + this.#delay;
  }

  #tell(
    decisions: readonly HealDecision[],
    began: number,
    appliedAt: (object: ObjectDrift) => number | undefined = () => undefined,
  ): void {
    const time = this.#input.session.io.now().toISOString();
    const heals = decisions.flatMap((decision): readonly WatchedHeal[] => {
      const { object, left, finding } = decision;
      const why = left === undefined ? undefined : `${left} ${finding?.code ?? ""}`;
      if (why === undefined) {
        this.#left.delete(object.resourceName);
        const applied = appliedAt(object) ?? performance.now();
        return [{ ...decision, time, seconds: Math.round(applied - began) / 1000 }];
      }
      if (this.#left.get(object.resourceName) === why) return [];
      this.#left.set(object.resourceName, why);
      return [{ ...decision, time }];
    });
    if (decisions.some(({ left }) => left === undefined)) this.#delay = retryMs.first;
    if (decisions.some(({ left }) => left === "error" || left === "limit" || left === "going")) this.#tryAgain();
    if (heals.length > 0) this.#input.onHealed(heals);
  }
}

/** Whose objects are not known, where the finding says so; else the whole of the cluster or of the environment. */
function toError({ cluster, finding }: WatchedProblem): DriftError {
  const [, section, name] = /^(applications|tenants)\.(.+)$/.exec(finding.place?.field ?? "") ?? [];
  const owner = section === undefined || name === undefined ? {} : { owner: `${section.slice(0, -1)}/${name}` };
  return { finding, ...(cluster === undefined ? {} : { cluster }), ...owner, objects: [] };
}
