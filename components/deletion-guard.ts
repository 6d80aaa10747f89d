import { ResourceHook, type ResourceHookArgs, type ResourceHookBinding } from "@pulumi/pulumi";
import { DriftlessError } from "../core/errors/error.ts";
import { record } from "../core/manifest/json.ts";
import type { KubernetesObject } from "../core/manifest/manifest.ts";
import { ownerAnnotations } from "../core/plan/ownership.ts";
import type { ObjectSettings } from "../core/plan/settings.ts";
import { resourceHooks } from "../core/plan/step-name.ts";
import type { Delivery } from "../live/delivery.ts";
import type { DeletionLeave } from "./deletion-leave.ts";
import { liveObject } from "./engine-values.ts";
import { stillThere } from "./gate.ts";
import { held, type Ledger } from "./ledger.ts";
import { outlivesDeletion } from "./provider-annotations.ts";
import { notPreviewed } from "./still.ts";
import { objectTitle } from "../core/plan/titles.ts";

/** Seconds that an object that is made anew may take to go first. */
const goneSeconds = 300;

/** Stands before every deletion of an object, whichever program created it: the state calls it by name. */
export class DeletionGuard {
  readonly #delivery: Delivery;
  readonly #ledger: Ledger;
  readonly #leave: DeletionLeave;
  readonly #before = new ResourceHook(resourceHooks.objectDeletion, (args) => this.#check(args));
  readonly #after = new ResourceHook(resourceHooks.objectDeleted, (args) => this.#waitUntilGone(args));

  constructor(delivery: Delivery, ledger: Ledger, leave: DeletionLeave) {
    this.#leave = leave;
    this.#delivery = delivery;
    this.#ledger = ledger;
  }

  /** True for an object that the engine is to forget where it would delete it. */
  keeps({ prune }: ObjectSettings): boolean {
    return prune === "disabled" || this.#leave.orphan;
  }

  /** What makes the engine ask before it deletes an object. */
  hooksOf(object: KubernetesObject): ResourceHookBinding {
    return {
      beforeDelete: [this.#before],
      ...(outlivesDeletion(object) ? { afterDelete: [this.#after] } : {}),
    };
  }

  async #check({ name, oldInputs }: ResourceHookArgs): Promise<void> {
    const ledger = this.#ledger;
    if (ledger.destroying) return;
    if (ledger.isStill(name)) throw notPreviewed(name);
    this.#leave.check(name, liveObject(oldInputs));
    const title = objectTitle(name);
    if (ledger.plans(name)) {
      // It is made anew; but not if what comes before it failed: then it would only be deleted.
      if (!(await ledger.mayReplace(name))) throw held(title, ownersOf(oldInputs));
      return;
    }
    await ledger.refuseUnlessUp(title, ownersOf(oldInputs));
  }

  /** What is made anew under the same name can be so only once the old one is gone, and the provider does not look. */
  async #waitUntilGone({ name, oldInputs }: ResourceHookArgs): Promise<void> {
    const object = liveObject(oldInputs);
    if (object === undefined || this.#ledger.destroying || !this.#ledger.plans(name)) return;
    const target = { resourceName: name, cluster: name.split("/")[0] ?? "", object };
    const [left] = await this.#delivery.untilGone([target], { timeoutSeconds: goneSeconds });
    if (left !== undefined) throw new DriftlessError([stillThere(left, goneSeconds)]);
  }
}

function ownersOf(inputs: unknown): readonly string[] {
  const annotations = record(liveObject(inputs)?.metadata["annotations"]);
  const { [ownerAnnotations.application]: application, [ownerAnnotations.tenant]: tenant } = annotations;
  if (typeof application === "string") return [`application/${application}`];
  return typeof tenant === "string" ? [`tenant/${tenant}`] : [];
}
