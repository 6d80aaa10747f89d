import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { applicationOf, parseUrn } from "../../core/plan/identity.ts";
import { stepOfUrn, type DeliveryStep } from "../../core/plan/step-name.ts";
import { actOfOperation, type Act } from "./steps.ts";
import type { HookRun } from "./types.ts";

interface StepRun {
  readonly step: DeliveryStep;
  readonly act: Act;
  readonly state: HookRun["state"];
}

/** What a run does to gates and hooks: those that it creates or changes wait and work, those that stay as they are do not. */
export class DeliverySteps {
  readonly #runs = new Map<string, StepRun>();

  /** Takes in that a step begins. */
  begin({ urn, op }: StepEventMetadata): void {
    const [step, act] = [stepOfUrn(urn), actOfOperation(op)];
    if (step !== undefined && act !== undefined) this.#runs.set(urn, { step, act, state: "planned" });
  }

  /** Takes in how a step ended. */
  end({ urn }: StepEventMetadata, state: "done" | "failed"): void {
    const run = this.#runs.get(urn);
    if (run !== undefined) this.#runs.set(urn, { ...run, state });
  }

  /** Hooks that run, in the order in which the engine came to them. */
  hooks(): readonly HookRun[] {
    return [...this.#runs.values()].flatMap(({ step, act, state }): readonly HookRun[] => {
      if (step.kind !== "hook" || !runs(step.phase, act)) return [];
      const application = applicationOf(step.owner) ?? step.owner;
      return [{ application, phase: step.phase, object: step.resourceName, state }];
    });
  }

  /** Owners of gates that are passed in this run: something is waited for. */
  gated(): ReadonlySet<string> {
    const passed = this.#gates().filter(({ act }) => act !== "same" && act !== "delete");
    return new Set(passed.map(({ step }) => step.owner));
  }

  /** Owners whose last gate was passed, in this run or before it. */
  finished(): ReadonlySet<string> {
    const last = this.#gates().filter(({ step, act, state }) => {
      return step.kind === "gate" && step.point === "ready" && act !== "delete" && state === "done";
    });
    return new Set(last.map(({ step }) => step.owner));
  }

  /** Gates and hooks at which the run failed, by name. */
  failed(): ReadonlyMap<string, DeliveryStep> {
    const failed = [...this.#runs].filter(([, { state }]) => state === "failed");
    return new Map(failed.map(([urn, { step }]) => [parseUrn(urn)?.name ?? urn, step]));
  }

  #gates(): readonly StepRun[] {
    return [...this.#runs.values()].filter(({ step }) => step.kind === "gate");
  }
}

/**
 * A hook before a deletion runs when it is deleted, every other one when it is made or changed; those after a failure
 * are there for the policies only.
 */
function runs(phase: string, act: Act): boolean {
  if (act === "same" || phase === "on-failure") return false;
  return (phase === "pre-delete") === (act === "delete");
}
