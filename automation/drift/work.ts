import type { ComputedPlan } from "../../core/plan/compute.ts";
import { keptBaseline } from "../../core/drift/stash.ts";
import { DriftlessError } from "../../core/errors/error.ts";
import type { ObjectChange } from "../../core/plan/change.ts";
import { RunFailed } from "../engine/run-failed.ts";
import type { Engine, UpdateResult } from "../engine/types.ts";
import type { Session } from "../session.ts";
import type { BaselineKeeper, DoneRun } from "./keep.ts";
import { clusterContext } from "../cluster-access.ts";

/**
 * Keeps the baseline beside the update of a command. That it could not be kept fails no update: it is said, and
 * `driftless drift` says it again for every object, until a later update makes up for it.
 */
export class BaselineWork {
  readonly #session: Session;
  readonly #computed: ComputedPlan;
  readonly #engine: Engine;
  #keeper: BaselineKeeper | undefined;

  constructor(session: Session, computed: ComputedPlan, engine: Engine) {
    this.#session = session;
    this.#computed = computed;
    this.#engine = engine;
  }

  /** False for a stack that no program with a baseline has updated yet. */
  async hasPlace(): Promise<boolean> {
    return keptBaseline((await this.#engine.exportState())?.deployment) !== undefined;
  }

  /** Before an update: notes what has drifted of what it is about to change. */
  async before(changes: readonly ObjectChange[]): Promise<void> {
    if (changes.some(({ action }) => action !== "create")) await this.#try((keeper) => keeper.before(changes));
  }

  /** Without an update: makes up for what is missing. */
  complete(): Promise<void> {
    return this.#try((keeper) => keeper.after(undefined));
  }

  /** Runs an update and keeps what it made, of what came up, whether or not all of it did. */
  async around(wait: boolean, update: () => Promise<UpdateResult>): Promise<UpdateResult> {
    // Without waiting nobody knows when objects are as they stay; the next update that waits makes up for it.
    if (!wait) return update();
    try {
      const result = await update();
      await this.#after(result);
      return result;
    } catch (error) {
      if (error instanceof RunFailed) await this.#after(error.result);
      throw error;
    }
  }

  #after(run: DoneRun): Promise<void> {
    this.#session.progress.detail("keeping what the objects look like");
    return this.#try((keeper) => keeper.after(run));
  }

  async #try(work: (keeper: BaselineKeeper) => Promise<void>): Promise<void> {
    try {
      await work((this.#keeper ??= await this.#open()));
    } catch (error) {
      const interrupted = this.#session.io.signal.aborted;
      if (!interrupted && !(error instanceof DriftlessError)) throw error;
      const reason = error instanceof DriftlessError ? error.findings[0].message : "The run was interrupted.";
      this.#session.progress.note(`the baseline for drift was not kept: ${reason}`);
    }
  }

  async #open(): Promise<BaselineKeeper> {
    const { BaselineKeeper: Keeper } = await import("./keep.ts");
    const { spec } = this.#computed.environment;
    return new Keeper({ spec, engine: this.#engine, context: clusterContext(this.#session, spec.name) });
  }
}
