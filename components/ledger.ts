import { Output, type Resource, type Stash } from "@pulumi/pulumi";
import { errorFinding } from "../core/errors/finding.ts";
import { DriftlessError } from "../core/errors/error.ts";

/**
 * What the callbacks of one run know of it: what is planned, how far each owner has come, and whether all of it is to
 * go. Owners are `application/<name>` and `tenant/<name>`.
 */
export class Ledger {
  /** By resource name: what had to be there before the object. */
  readonly #objects = new Map<string, readonly Resource[]>();
  readonly #still = new Set<string>();
  readonly #steps = new Set<string>();
  readonly #last = new Map<string, Stash>();
  #destroying = false;

  /** Notes an object of the plan, and the gates and hooks that come before it; `still`: it must not change. */
  addObject(resourceName: string, after: readonly Resource[], still = false): void {
    this.#objects.set(resourceName, after);
    if (still) this.#still.add(resourceName);
  }

  /** True for an object of the plan that must not change in this run. */
  isStill(resourceName: string): boolean {
    return this.#still.has(resourceName);
  }

  /** Notes a gate or a hook of the plan. */
  addStep(name: string): void {
    this.#steps.add(name);
  }

  /** Notes what an owner has when all of it is up. */
  addOwner(owner: string, last: Stash): void {
    this.#last.set(owner, last);
  }

  /** True for an object that the plan holds. */
  plans(resourceName: string): boolean {
    return this.#objects.has(resourceName);
  }

  /** True for an owner that the plan holds. */
  plansOwner(owner: string): boolean {
    return this.#last.has(owner);
  }

  /** True once everything is being destroyed, the plan's own objects too. */
  get destroying(): boolean {
    return this.#destroying;
  }

  /** Takes in that a gate or hook is deleted. They are never replaced: one of the plan goes only with everything. */
  stepGoes(name: string): void {
    if (this.#steps.has(name)) this.#destroying = true;
  }

  /** True unless something that must be there before a planned object failed or was skipped. */
  async mayReplace(resourceName: string): Promise<boolean> {
    const after = this.#objects.get(resourceName) ?? [];
    return (await Promise.all(after.map(succeeded))).every((passed) => passed);
  }

  /** True if the plan holds none of these owners, or all of those that it holds have come up in this run. */
  async allUp(owners: readonly string[]): Promise<boolean> {
    const last = owners.map((owner) => this.#last.get(owner)).filter((stash) => stash !== undefined);
    return (await Promise.all(last.map(succeeded))).every((passed) => passed);
  }

  /**
   * Refuses to go on if one of these owners did not come up: what it has now may need what is to be deleted, and the
   * state of what was skipped refers to it. The engine would delete it, and leave a state that it cannot read.
   * @throws {DriftlessError} DELETION_HELD
   */
  async refuseUnlessUp(what: string, owners: readonly string[]): Promise<void> {
    if (this.#destroying || (await this.allUp(owners))) return;
    throw held(what, owners);
  }
}

/** DELETION_HELD for something that owners still need. */
export function held(what: string, owners: readonly string[]): DriftlessError {
  const names = owners.map((owner) => owner.replace("/", " ")).join(", ");
  const message = `${what} is not deleted: ${names} did not come up in this run and may need it.`;
  return new DriftlessError([errorFinding("DELETION_HELD", message, "Mend what failed; the next run deletes it.")]);
}

/** True unless the engine failed on the resource or skipped it: then it answers without outputs. */
async function succeeded(resource: Resource): Promise<boolean> {
  if (!("output" in resource) || !Output.isInstance(resource.output)) return true;
  const output: object = resource.output;
  return "isKnown" in output && (await output.isKnown) === true;
}
