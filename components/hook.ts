import { ResourceHook, Stash, type Resource, type ResourceHookArgs } from "@pulumi/pulumi";
import type { ApplicationPlan, PlannedHook } from "../core/plan/plan.ts";
import { byWave, hooksOf } from "../core/plan/stages.ts";
import type { PlannedStep } from "../core/plan/steps.ts";
import { hookName, hooksBarrierName, ownerOfStep, resourceHooks } from "../core/plan/step-name.ts";
import type { Delivery } from "../live/delivery.ts";
import type { HookTask } from "../live/hooks.ts";
import type { Gates, StepPlace } from "./gate.ts";
import { hookInput, parseHookInput, type HookRecord } from "./hook-input.ts";
import type { Ledger } from "./ledger.ts";
import { createInOrder } from "./prerequisites.ts";
import { say } from "./say.ts";
import { WaitingLine } from "../live/waiting-line.ts";

interface RunnableHook {
  readonly hook: PlannedHook;
  readonly application: ApplicationPlan;
}

/**
 * The hooks of a program. A hook is a resource that holds the object and the digest of its application: it changes, and
 * so runs, with each change of the application, and once for it. What failed is not in the state: it runs again.
 */
export class Hooks {
  readonly #delivery: Delivery;
  readonly #ledger: Ledger;
  readonly #gates: Gates;
  readonly #runnable = new Map<string, RunnableHook>();
  readonly #running = new ResourceHook(resourceHooks.hook, (args) => this.#run(args));
  readonly #going = new ResourceHook(resourceHooks.hookDeletion, (args) => this.#go(args));

  constructor(delivery: Delivery, ledger: Ledger, gates: Gates) {
    this.#delivery = delivery;
    this.#ledger = ledger;
    this.#gates = gates;
  }

  /** Creates the hooks that run while a part of an application is deployed, one wave after the other; returns what stands behind. */
  sequence(
    plan: ApplicationPlan,
    { owner, hooks: running, timeoutSeconds }: Pick<PlannedStep, "owner" | "hooks" | "timeoutSeconds">,
    phase: "pre-deploy" | "post-deploy",
    place: StepPlace,
  ): readonly Resource[] {
    const application = { ...plan, timeoutSeconds };
    const create = (hook: PlannedHook, dependsOn: readonly Resource[]): Stash => {
      const name = hookName(application.name, phase, hook.resourceName);
      this.#runnable.set(name, { hook, application });
      this.#ledger.addStep(name);
      return new Stash(
        name,
        { input: hookInput(hook, application, { once: true }) },
        {
          ...{ parent: place.parent, dependsOn: [...dependsOn] },
          hooks: { beforeCreate: [this.#running], beforeUpdate: [this.#running], beforeDelete: [this.#going] },
        },
      );
    };
    return byWave(hooksOf({ hooks: running }, phase)).reduce((after, [wave, hooks]) => {
      const created = createInOrder(hooks, (hook, first) => create(hook, [...after, ...first]));
      const name = hooksBarrierName(owner, phase, wave);
      const { parent } = place;
      return created.length === 1 ? created : [this.#gates.barrier(name, [], { parent, dependsOn: created })];
    }, place.dependsOn);
  }

  /**
   * Creates the hooks that run when an application goes or has failed. The former run when they are deleted, which is
   * before anything else of the application; the latter are run by the command line, and are here for the policies and
   * for what they leave.
   */
  standBy(application: ApplicationPlan, { parent, dependsOn }: StepPlace): void {
    const create = (hook: PlannedHook, after: readonly Resource[]): Stash => {
      const name = hookName(application.name, hook.phase, hook.resourceName);
      this.#ledger.addStep(name);
      return new Stash(
        name,
        { input: hookInput(hook, application, { once: false }) },
        { parent, dependsOn: [...after], hooks: { beforeDelete: [this.#going] } },
      );
    };
    // What is deleted first is what everything else does not depend on: the first wave.
    [...byWave(hooksOf(application, "pre-delete"))].reverse().reduce((after, [wave, hooks]) => {
      const created = hooks.map((hook) => create(hook, after));
      const name = hooksBarrierName(`application/${application.name}`, "pre-delete", wave);
      return created.length === 1 ? created : [this.#gates.barrier(name, [], { parent, dependsOn: created })];
    }, dependsOn);
    for (const hook of hooksOf(application, "on-failure")) create(hook, []);
  }

  async #run({ name, oldInputs }: ResourceHookArgs): Promise<void> {
    const runnable = this.#runnable.get(name);
    if (runnable === undefined) return;
    const { hook, application } = runnable;
    // Another time limit is no reason to run again.
    if ((await parseHookInput(oldInputs))?.digest === application.digest) return;
    const { name: title, timeoutSeconds, deployer } = application;
    await this.#execute({ ...hook, deployer }, title, { phase: hook.phase, timeoutSeconds });
  }

  async #go({ name, oldInputs }: ResourceHookArgs): Promise<void> {
    const ledger = this.#ledger;
    ledger.stepGoes(name);
    const hook = await parseHookInput(oldInputs);
    const owner = ownerOfStep(name);
    if (hook === undefined || owner === undefined) return;
    const { timeoutSeconds, phase } = hook;
    const applicationGoes = ledger.destroying || !ledger.plansOwner(owner);
    await ledger.refuseUnlessUp(name, [owner]);
    if (phase === "pre-delete" && applicationGoes) await this.#execute(hook, owner.replace(/^.*\//, ""), hook);
    // What was a hook may be an object of the plan now.
    if (!ledger.destroying && ledger.plans(hook.resourceName)) return;
    await this.#delivery.removeHook(hook, { timeoutSeconds });
  }

  async #execute(
    hook: HookTask,
    application: string,
    { phase, timeoutSeconds }: Pick<HookRecord, "phase" | "timeoutSeconds">,
  ): Promise<void> {
    const line = new WaitingLine(`application ${application}: ${phase} hook`, say);
    try {
      await this.#delivery.runHook(hook, { timeoutSeconds, onProgress: (change) => line.update(change) });
    } finally {
      line.end();
    }
  }
}
