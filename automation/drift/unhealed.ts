import type { HealDecision } from "../../core/drift/heal.ts";
import type { Finding } from "../../core/errors/finding.ts";
import { RunFailed } from "../engine/run-failed.ts";

/** What a healing has left as it was. */
export interface Unhealed {
  /** Why it could not be healed, by resource name. */
  readonly failed: ReadonlyMap<string, Finding>;
  /** Resource names of unknown objects that are not deleted: Driftless did not make them, or they are to be kept. */
  readonly strangers: ReadonlySet<string>;
}

/** Takes down what a healing leaves, while it goes on with the rest. */
export class UnhealedNotes implements Unhealed {
  readonly #failed = new Map<string, Finding>();
  readonly #strangers = new Set<string>();

  get failed(): ReadonlyMap<string, Finding> {
    return this.#failed;
  }

  get strangers(): ReadonlySet<string> {
    return this.#strangers;
  }

  /** Leaves an object, by its resource name. */
  fail(resourceName: string, finding: Finding): void {
    this.#failed.set(resourceName, finding);
  }

  /** Leaves objects that it must not delete. */
  leaveStrangers(decisions: readonly HealDecision[]): void {
    for (const { object } of decisions) this.#strangers.add(object.resourceName);
  }

  /** Leaves what belongs to some owners, with what there is to say of each; returns the rest. */
  withoutOwners(chosen: readonly HealDecision[], findings: ReadonlyMap<string, Finding>): readonly HealDecision[] {
    for (const { object } of chosen) {
      const finding = findings.get(object.owner);
      if (finding !== undefined) this.fail(object.resourceName, finding);
    }
    return chosen.filter(({ object }) => !findings.has(object.owner));
  }

  /**
   * Leaves what belongs to whomever a run of the engine failed on; returns the rest.
   * @throws the error itself where it is about nobody of these, or policy speaks against the run.
   */
  withoutFailed(chosen: readonly HealDecision[], error: unknown): readonly HealDecision[] {
    if (!(error instanceof RunFailed)) throw error;
    if (error.failures.some(({ finding }) => finding.code.startsWith("POLICY_"))) throw error;
    const rest = this.withoutOwners(chosen, new Map(error.failures.map(({ owner, finding }) => [owner, finding])));
    if (rest.length === chosen.length) throw error;
    return rest;
  }
}
