import { setTimeout as sleep } from "node:timers/promises";
import type { Baseline } from "../../core/drift/baseline.ts";
import { loadEnvironment, type LoadedEnvironment } from "../../core/environment/load.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { Session } from "../session.ts";
import { driftInput } from "./environment.ts";
import type { MeasureInput } from "./measure.ts";
import { readBaseline } from "./read-baseline.ts";
import { stateResources, type StateResource } from "./resources.ts";
import type { WatchProblems } from "./watch-problems.ts";
import type { SourcesState, WatchSources } from "./watch-sources.ts";

const tickMs = 1_000;
/** How often a state that only the engine can read is read again, and how often at most where something asks for it. */
const stateEveryMs = 60_000;
const stateAtMostEveryMs = 5_000;

/** What the document and the state say that is to be watched. */
export interface ReadState {
  readonly input: MeasureInput;
  readonly resources: readonly StateResource[];
  readonly baseline: Baseline | undefined;
}

/** The document and the state of an environment, read again when they may be others. */
export class WatchedState {
  readonly #session: Session;
  readonly #environment: string;
  readonly #sources: WatchSources;
  readonly #problems: WatchProblems;
  #loaded: LoadedEnvironment | undefined;
  #seen: SourcesState | undefined;
  /** As `performance.now()`. */
  #readAt = 0;
  #isWanted = false;

  /** @param problems Hears of what cannot be read, and of what can be again. */
  constructor(session: Session, environment: string, sources: WatchSources, problems: WatchProblems) {
    this.#session = session;
    this.#environment = environment;
    this.#sources = sources;
    this.#problems = problems;
  }

  /** How everything is now. */
  look(): Promise<SourcesState> {
    return this.#sources.look();
  }

  /** Waits until no run is at work, and reads what is to be measured. Throws what `loadEnvironment` and `driftInput` throw. */
  async begin(): Promise<MeasureInput> {
    const { progress, project, io } = this.#session;
    for (let said = false; (await this.look()).run === "running"; said = true) {
      if (!said)
        progress.note(`a run of ${this.#environment} is at work: what it leaves is measured when it has ended`);
      await sleep(tickMs, undefined, { signal: io.signal });
    }
    this.#seen = await this.look();
    const loaded = await loadEnvironment(project, this.#environment);
    this.#loaded = loaded;
    return driftInput(this.#session, loaded);
  }

  /** From now on what was read counts. */
  use(): void {
    this.#readAt = performance.now();
  }

  /** Has it read again soon: something has happened that it may say more about. */
  want(): void {
    this.#isWanted = true;
  }

  /** When the state was read, as `performance.now()`, where only reading it says whether it is another; else undefined. */
  get onlyReadAt(): number | undefined {
    return this.#seen?.state === undefined ? this.#readAt : undefined;
  }

  /** True if it has to be read again. */
  isOutdated(look: SourcesState): boolean {
    if (look.document !== this.#seen?.document || look.state !== this.#seen.state) return true;
    if (look.state !== undefined) return this.#isWanted;
    const age = performance.now() - this.#readAt;
    return age > stateEveryMs || (this.#isWanted && age > stateAtMostEveryMs);
  }

  /** Reads it again; undefined if it cannot be read now. */
  async read(look: SourcesState): Promise<ReadState | undefined> {
    this.#isWanted = false;
    await this.#load();
    if (this.#loaded === undefined) return undefined;
    const input = await driftInput(this.#session, this.#loaded);
    const finding = input.errors?.[0]?.finding;
    this.#problems.ofEnvironment("state", finding?.code === "LOCKED" ? undefined : finding);
    if (finding !== undefined) {
      this.#readAt = performance.now();
      this.#isWanted = true;
      return undefined;
    }
    this.#seen = look;
    const resources = input.state === undefined ? [] : stateResources(input.state);
    const { baseline, errors } = readBaseline(this.#environment, input.state, resources);
    this.#problems.ofEnvironment("baseline", errors[0]?.finding);
    return { input, resources, baseline };
  }

  /** The last document that made sense goes on to count. */
  async #load(): Promise<void> {
    try {
      this.#loaded = await loadEnvironment(this.#session.project, this.#environment);
      this.#problems.ofEnvironment("document", undefined);
    } catch (error) {
      if (!(error instanceof DriftlessError)) throw error;
      this.#problems.ofEnvironment("document", error.findings[0]);
    }
  }
}
