import { ResourceHook, Stash, type Resource, type ResourceHookArgs } from "@pulumi/pulumi";
import { DriftlessError, failure, throwErrors } from "../core/errors/error.ts";
import { errorFinding, type Finding } from "../core/errors/finding.ts";
import type { Deployer } from "../core/plan/deployer.ts";
import { digestOf } from "../core/plan/digest.ts";
import type { PlannedObject } from "../core/plan/plan.ts";
import { ownerOfStep, resourceHooks } from "../core/plan/step-name.ts";
import type { Delivery } from "../live/delivery.ts";
import { gateInput, parseGateInput } from "./gate-input.ts";
import type { Ledger } from "./ledger.ts";
import { durationTitle, objectTitle } from "../core/plan/titles.ts";
import { unhealthyFindings } from "../live/unhealthy.ts";
import { outlivesDeletion } from "./provider-annotations.ts";
import { say } from "./say.ts";
import { WaitingLine } from "../live/waiting-line.ts";

/** A point that is passed when objects are healthy. */
export interface GateArgs {
  /** What waits there, such as `application web: wave 1`. */
  readonly title: string;
  /** Unchanged, nothing is waited for: it was passed before. */
  readonly digest: string;
  /** What must be healthy. */
  readonly guarded: readonly PlannedObject[];
  /** True if that belongs to others: then its failure is theirs. */
  readonly foreign?: boolean;
  /** What comes next, and must be gone before anything in front of the gate is deleted. */
  readonly next?: readonly PlannedObject[];
  /** Owners that wait for this gate: `application/<name>`. */
  readonly dependants?: readonly string[];
  /** Seconds to wait. */
  readonly timeoutSeconds: number;
  /** Seconds for which all of it must stay healthy. Default: 0. */
  readonly pauseSeconds?: number;
  /** Clusters that cannot be reached and without which it is never passed, whether anybody waits or not. Default: none. */
  readonly missing?: readonly string[];
}

/** A point that is passed when clusters give a deployer its rights. */
export interface LetInArgs {
  readonly deployer: Deployer;
  readonly clusters: readonly string[];
  /** Owners that wait for it: `application/<name>`. */
  readonly dependants: readonly string[];
}

/** Where a gate or barrier is in the program. */
export interface StepPlace {
  readonly parent: Resource;
  readonly dependsOn: readonly Resource[];
}

/**
 * The gates of a program. A gate is a resource without anything behind it: what comes next depends on it alone, so the
 * state grows with the number of objects only; and before the engine makes or changes it, it calls back here.
 */
export class Gates {
  readonly #delivery: Delivery;
  readonly #ledger: Ledger;
  readonly #wait: boolean;
  readonly #gates = new Map<string, GateArgs>();
  readonly #lettingIn = new Map<string, LetInArgs>();
  readonly #passing = new ResourceHook(resourceHooks.gate, (args) => this.#pass(args));
  readonly #going = new ResourceHook(resourceHooks.gateDeletion, (args) => this.#go(args));

  /** @param wait False: gates are passed without a look, and are still to be passed for whoever waits. */
  constructor(delivery: Delivery, ledger: Ledger, wait: boolean) {
    this.#delivery = delivery;
    this.#ledger = ledger;
    this.#wait = wait;
  }

  /** A gate. */
  create(name: string, args: GateArgs, place: StepPlace): Stash {
    this.#gates.set(name, args);
    const input = gateInput({
      ...args,
      digest: this.#wait ? args.digest : `${args.digest} not waited for`,
      next: (args.next ?? []).filter(({ object }) => outlivesDeletion(object)),
    });
    return this.#step(name, input, place, [this.#passing]);
  }

  /** A point that is passed as soon as all before it are there. */
  barrier(name: string, dependants: readonly string[], place: StepPlace): Stash {
    return this.#step(name, gateInput({ dependants }), place, []);
  }

  /** A point that is passed as soon as all before it are there, and the deployer is let in: also where nobody waits. */
  letIn(name: string, args: LetInArgs, place: StepPlace): Stash {
    this.#lettingIn.set(name, args);
    const input = gateInput({ digest: letInDigest(args), dependants: args.dependants });
    return this.#step(name, input, place, [this.#passing]);
  }

  #step(
    name: string,
    input: ReturnType<typeof gateInput>,
    { parent, dependsOn }: StepPlace,
    passing: ResourceHook[],
  ): Stash {
    this.#ledger.addStep(name);
    const hooks = { beforeCreate: passing, beforeUpdate: passing, beforeDelete: [this.#going] };
    return new Stash(name, { input }, { parent, dependsOn: [...dependsOn], hooks });
  }

  async #pass(args: ResourceHookArgs): Promise<void> {
    const lettingIn = this.#lettingIn.get(args.name);
    if (lettingIn === undefined) return this.#passHealthy(args);
    if (parseGateInput(args.oldInputs).digest === letInDigest(lettingIn)) return;
    await this.#delivery.untilLetIn(lettingIn.clusters, lettingIn.deployer);
  }

  async #passHealthy({ name, oldInputs }: ResourceHookArgs): Promise<void> {
    const gate = this.#gates.get(name);
    if (gate?.missing !== undefined && gate.missing.length > 0) throw rolloutHeld(gate.title, gate.missing);
    if (!this.#wait || gate === undefined || parseGateInput(oldInputs).digest === gate.digest) return;
    const line = new WaitingLine(gate.title, say);
    const { pauseSeconds = 0 } = gate;
    try {
      await this.#untilHealthy(gate, line);
      if (pauseSeconds === 0) return;
      say(`${gate.title}: healthy; looking again in ${durationTitle(pauseSeconds)}`);
      await this.#delivery.pause(pauseSeconds);
      await this.#untilHealthy(gate, line);
    } finally {
      line.end();
    }
  }

  async #untilHealthy(gate: GateArgs, line: WaitingLine): Promise<void> {
    const left = await this.#delivery.untilHealthy(gate.guarded, {
      timeoutSeconds: gate.timeoutSeconds,
      onProgress: (change) => line.update(change),
    });
    throwErrors(unhealthyFindings(gate, left));
  }

  async #go({ name, oldInputs }: ResourceHookArgs): Promise<void> {
    this.#ledger.stepGoes(name);
    const { next, dependants, timeoutSeconds } = parseGateInput(oldInputs);
    const owner = ownerOfStep(name);
    await this.#ledger.refuseUnlessUp(name, [...(owner === undefined ? [] : [owner]), ...dependants]);
    const { destroying } = this.#ledger;
    const going = next.filter(({ resourceName }) => destroying || !this.#ledger.plans(resourceName));
    const left = await this.#delivery.untilGone(going, { timeoutSeconds });
    const [first, ...rest] = left.map((resourceName) => stillThere(resourceName, timeoutSeconds));
    if (first !== undefined) throw new DriftlessError([first, ...rest]);
  }
}

/** ROLLOUT_HELD for a step that cannot be over, because clusters of it cannot be reached. */
function rolloutHeld(title: string, clusters: readonly string[]): DriftlessError {
  const names = clusters.map((name) => `"${name}"`).join(", ");
  return failure(
    "ROLLOUT_HELD",
    `${title}: ${names} cannot be reached, so that nothing that comes after it was begun.`,
    "See that it can be reached, or take it out of the application or its steps; then run this again.",
  );
}

function letInDigest({ deployer, clusters }: LetInArgs): string {
  return digestOf(JSON.stringify([deployer, clusters]));
}

/** DELETION_TIMEOUT for an object that does not go. */
export function stillThere(resourceName: string, timeoutSeconds: number): Finding {
  return errorFinding(
    "DELETION_TIMEOUT",
    `${objectTitle(resourceName)} is still there ${durationTitle(timeoutSeconds)} after its deletion.`,
    "Look at its finalizers and at its pods, then run it again: it goes on from there.",
  );
}
